#include "simulator/trace/traced_run.h"

namespace atl::simulator {

std::string_view op_of(const isa::Program& program, uint32_t index) {
  const int32_t op = index < program.debug_of_instruction.size() ? program.debug_of_instruction[index] : -1;
  return op < 0 ? std::string_view() : program.debug_ops[static_cast<size_t>(op)].label;
}

}  // namespace atl::simulator

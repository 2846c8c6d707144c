#include "compiler/schedule/synchronize.h"

#include <algorithm>
#include <array>

#include "compiler/schedule/dependences.h"

namespace atl::compiler {
namespace {

constexpr int64_t kNever = -1;
using LastOfUnit = std::array<int64_t, isa::kUnits>;  // instruction index or kNever

constexpr LastOfUnit no_instructions() {
  LastOfUnit last{};
  last.fill(kNever);
  return last;
}

}  // namespace

void synchronize(isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs) {
  std::vector<const isa::Operation*> operations;
  for (const isa::Instruction& instruction : code) operations.push_back(&instruction.operation);
  const auto dependent = dependences(operations, lane_programs);
  // waited[u][v]: the latest instruction of unit u that unit v has waited for.
  std::array<LastOfUnit, isa::kUnits> waited;
  waited.fill(no_instructions());
  for (size_t i = 0; i < code.size(); ++i) {
    const isa::Unit unit = isa::unit_of(code[i].operation);
    code[i].wait = code[i].signal = 0;
    if (unit == isa::Unit::kControl) continue;
    const int v = static_cast<int>(unit);
    LastOfUnit before = no_instructions();
    for (uint32_t earlier : dependent[i]) {
      int64_t& last = before[static_cast<size_t>(isa::unit_of(code[earlier].operation))];
      last = std::max(last, int64_t{earlier});
    }
    for (int u = 0; u < isa::kUnits; ++u) {
      if (u == v || before[u] <= waited[u][v]) continue;
      waited[u][v] = before[u];
      code[i].wait |= isa::unit_bit(static_cast<isa::Unit>(u));
      code[before[u]].signal |= isa::unit_bit(unit);
    }
  }
}

}  // namespace atl::compiler

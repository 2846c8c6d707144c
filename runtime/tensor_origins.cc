#include "runtime/tensor_origins.h"

#include "common/base/check.h"
#include "runtime/segments.h"

namespace atl::runtime {
namespace {

class Origins {
 public:
  explicit Origins(size_t tensors) : of_(tensors, -1) {}

  void match(const std::vector<int32_t>& compiled, const std::vector<int32_t>& original) {
    ATOLL_CHECK(compiled.size() == original.size());
    for (size_t i = 0; i < compiled.size(); ++i) {
      if (compiled[i] != graph::kNoTensor) of_[static_cast<size_t>(compiled[i])] = original[i];
    }
  }
  void match(const std::vector<int32_t>& compiled, const std::vector<isa::Binding>& bindings) {
    std::vector<int32_t> original;
    for (const isa::Binding& binding : bindings) original.push_back(binding.tensor);
    match(compiled, original);
  }
  std::vector<int32_t> take() && { return std::move(of_); }

 private:
  std::vector<int32_t> of_;
};

}  // namespace

std::vector<int32_t> tensor_origins(const graph::Subgraph& original, const graph::Subgraph& compiled,
                                    std::span<const int32_t> host_ops, std::span<const isa::Program> programs) {
  Origins origins(compiled.tensors.size());
  origins.match(compiled.inputs, original.inputs);
  origins.match(compiled.outputs, original.outputs);
  size_t next_host = 0, next_program = 0;
  for (const graph::Op& op : compiled.ops) {
    if (is_accelerator_op(op)) {
      const isa::Program& program = programs[next_program++];
      origins.match(op.inputs, program.inputs);
      origins.match(op.outputs, program.outputs);
    } else {
      const graph::Op& from = original.ops[static_cast<size_t>(host_ops[next_host++])];
      origins.match(op.inputs, from.inputs);
      origins.match(op.outputs, from.outputs);
    }
  }
  ATOLL_CHECK(next_host == host_ops.size() && next_program == programs.size());
  return std::move(origins).take();
}

}  // namespace atl::runtime

#include "compiler/lower/byte_function.h"

#include <algorithm>
#include <numeric>

#include "common/kernels/one_op.h"

namespace atl::compiler {

std::optional<size_t> varying_input(const graph::OpView& op) {
  std::optional<size_t> varying;
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    const graph::Tensor* input = op.input(i);
    if (input == nullptr) continue;
    if (input->is_constant() && graph::num_elements(input->shape) == 1) continue;
    if (varying) return {};
    varying = i;
  }
  if (!varying) return {};
  const bool whole = graph::num_elements(op.input(*varying)->shape) == graph::num_elements(op.output(0).shape);
  return whole ? varying : std::nullopt;
}

Result<ByteTable> byte_function(const graph::OpView& op, size_t varying) {
  graph::Subgraph one;
  graph::Op copy = op.op;
  copy.shown_index = op.op.shown_index.value_or(static_cast<size_t>(&op.op - op.subgraph.ops.data()));
  for (size_t i = 0; i < copy.inputs.size(); ++i) {
    if (copy.inputs[i] == graph::kNoTensor) continue;
    graph::Tensor tensor = *op.input(i);
    if (i == varying) {
      auto values = std::make_shared<Bytes>(ByteTable().size());
      std::iota(values->begin(), values->end(), uint8_t{0});
      tensor.shape = {static_cast<int32_t>(values->size())};
      tensor.data = std::move(values);
    }
    copy.inputs[i] = static_cast<int32_t>(one.tensors.size());
    one.tensors.push_back(std::move(tensor));
  }
  graph::Tensor output = op.output(0);
  output.shape = {static_cast<int32_t>(ByteTable().size())};
  copy.outputs = {static_cast<int32_t>(one.tensors.size())};
  one.tensors.push_back(std::move(output));
  one.ops.push_back(std::move(copy));
  ATOLL_ASSIGN(const std::vector<Bytes> results, kernels::run_one_op(one, 0, {}));
  ByteTable table{};
  ATOLL_CHECK(results.size() == 1 && results[0].size() == table.size());
  std::copy(results[0].begin(), results[0].end(), table.begin());
  return table;
}

}  // namespace atl::compiler

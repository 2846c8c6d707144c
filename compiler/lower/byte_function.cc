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

Result<Bytes> function_values(const graph::OpView& op, size_t varying, Bytes inputs) {
  graph::Subgraph one;
  graph::Op copy = op.op;
  copy.shown_index = op.op.shown_index.value_or(static_cast<size_t>(&op.op - op.subgraph.ops.data()));
  const auto count = static_cast<int32_t>(inputs.size() * 8 / graph::dtype_bits(op.input(varying)->type));
  for (size_t i = 0; i < copy.inputs.size(); ++i) {
    if (copy.inputs[i] == graph::kNoTensor) continue;
    graph::Tensor tensor = *op.input(i);
    if (i == varying) {
      tensor.shape = {count};
      tensor.data = std::make_shared<Bytes>(std::move(inputs));
    }
    copy.inputs[i] = static_cast<int32_t>(one.tensors.size());
    one.tensors.push_back(std::move(tensor));
  }
  graph::Tensor output = op.output(0);
  output.shape = {count};
  copy.outputs = {static_cast<int32_t>(one.tensors.size())};
  one.tensors.push_back(std::move(output));
  one.ops.push_back(std::move(copy));
  ATOLL_ASSIGN(std::vector<Bytes> results, kernels::run_one_op(one, 0, {}));
  ATOLL_CHECK(results.size() == 1);
  return std::move(results[0]);
}

Result<ByteTable> byte_function(const graph::OpView& op, size_t varying) {
  Bytes inputs(ByteTable().size());
  std::iota(inputs.begin(), inputs.end(), uint8_t{0});
  ATOLL_ASSIGN(const Bytes results, function_values(op, varying, std::move(inputs)));
  ByteTable table{};
  ATOLL_CHECK(results.size() == table.size());
  std::copy(results.begin(), results.end(), table.begin());
  return table;
}

}  // namespace atl::compiler

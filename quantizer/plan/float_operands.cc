#include "quantizer/plan/float_operands.h"

#include <algorithm>
#include <cstring>

#include "common/base/check.h"
#include "quantizer/observe/inner_tensors.h"

namespace atl::quantizer {

std::vector<size_t> float_inputs(const graph::Subgraph& subgraph, const graph::Op& op) {
  const std::vector<size_t> states = state_inputs(op.kind);
  std::vector<size_t> positions;
  for (size_t i = 0; i < op.inputs.size(); ++i) {
    const bool state = std::find(states.begin(), states.end(), i) != states.end();
    if (is_float32(subgraph, op.inputs[i]) && !state) positions.push_back(i);
  }
  return positions;
}

graph::Activation fused_activation(const graph::Op& op) {
  return std::visit(
      [](const auto& attrs) {
        if constexpr (requires { attrs.activation; }) return attrs.activation;
        return graph::Activation::kNone;
      },
      op.attrs);
}

std::vector<float> float_values(const graph::Tensor& tensor) {
  ATOLL_CHECK(tensor.is_constant() && tensor.type == graph::DType::kFloat32, "{}", tensor.name);
  std::vector<float> values(tensor.data->size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), tensor.data->data(), values.size() * sizeof(float));
  return values;
}

}  // namespace atl::quantizer

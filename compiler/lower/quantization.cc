#include "compiler/lower/quantization.h"

namespace atl::compiler {

bool is_clamping(graph::Activation activation) {
  return activation == graph::Activation::kNone || activation == graph::Activation::kRelu ||
         activation == graph::Activation::kRelu6 || activation == graph::Activation::kReluN1To1;
}

numerics::IntRange output_range(const graph::Tensor& tensor, graph::Activation activation) {
  ATOLL_CHECK(is_clamping(activation));
  const QuantParams params = quant_params(tensor);
  const auto bounds = activation == graph::Activation::kRelu        ? numerics::kRelu
                      : activation == graph::Activation::kRelu6     ? numerics::kRelu6
                      : activation == graph::Activation::kReluN1To1 ? numerics::kReluN1To1
                                                                    : numerics::kNoActivation;
  return numerics::activation_range(bounds, params.scale, params.zero_point, type_range(tensor));
}

}  // namespace atl::compiler

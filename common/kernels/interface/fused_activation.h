// Fused activations that kernels apply: the clamping ones.
#pragma once

#include "common/kernels/interface/op_context.h"
#include "common/numerics/activation.h"

namespace atl::kernels {

// kUnsupported for TANH and SIGN_BIT, which the reference doesn't fuse either.
inline Result<numerics::ActivationBounds> fused_bounds(const OpContext& context, graph::Activation activation) {
  switch (activation) {
    case graph::Activation::kNone: return numerics::kNoActivation;
    case graph::Activation::kRelu: return numerics::kRelu;
    case graph::Activation::kReluN1To1: return numerics::kReluN1To1;
    case graph::Activation::kRelu6: return numerics::kRelu6;
    default: break;
  }
  return context.error(ErrorCode::kUnsupported,
                       "fused activation {} is not supported; none, relu, relu6 and relu_n1_to_1 are",
                       graph::activation_name(activation));
}

}  // namespace atl::kernels

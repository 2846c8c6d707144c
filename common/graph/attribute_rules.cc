#include "common/graph/attribute_rules.h"

#include <cmath>

#include "common/base/check.h"

namespace atl::graph {
namespace {

Status at_least_one(const char* what, int32_t height, int32_t width) {
  if (height >= 1 && width >= 1) return {};
  return make_error(ErrorCode::kInvalid, "its {} is {}x{}; both must be at least 1", what, height, width);
}

// Only the clamping activations can be fused: every runtime of the format ignores the others or refuses.
Status clamping(Activation activation) {
  if (activation == Activation::kTanh || activation == Activation::kSignBit) {
    return make_error(ErrorCode::kInvalid, "its fused activation is {}; only none, relu, relu_n1_to_1 and relu6 can be",
                      activation_name(activation));
  }
  return {};
}

struct AttributeRules {
  Status operator()(const NoAttrs&) const { return {}; }
  Status operator()(const Conv2DAttrs& a) const {
    ATOLL_TRY(at_least_one("stride", a.stride_h, a.stride_w));
    ATOLL_TRY(at_least_one("dilation", a.dilation_h, a.dilation_w));
    return clamping(a.activation);
  }
  Status operator()(const DepthwiseConv2DAttrs& a) const {
    ATOLL_TRY(at_least_one("stride", a.stride_h, a.stride_w));
    ATOLL_TRY(at_least_one("dilation", a.dilation_h, a.dilation_w));
    return clamping(a.activation);
  }
  Status operator()(const FullyConnectedAttrs& a) const { return clamping(a.activation); }
  Status operator()(const AddAttrs& a) const { return clamping(a.activation); }
  Status operator()(const Pool2DAttrs& a) const {
    ATOLL_TRY(at_least_one("stride", a.stride_h, a.stride_w));
    ATOLL_TRY(at_least_one("filter", a.filter_h, a.filter_w));
    return clamping(a.activation);
  }
  Status operator()(const ReduceAttrs&) const { return {}; }
  Status operator()(const ReshapeAttrs&) const { return {}; }
  Status operator()(const SqueezeAttrs&) const { return {}; }
  Status operator()(const SoftmaxAttrs& a) const {
    if (std::isfinite(a.beta)) return {};
    return make_error(ErrorCode::kInvalid, "its beta is {}; it must be a finite number", a.beta);
  }
  Status operator()(const ConcatenationAttrs& a) const {
    if (a.activation == Activation::kNone) return {};
    return make_error(ErrorCode::kInvalid, "its fused activation is {}; a concatenation has none",
                      activation_name(a.activation));
  }
};

}  // namespace

Status check_attributes(const Op& op) {
  ATOLL_CHECK(op.attrs.index() == default_attributes(op.kind).index(), "attributes of another operator in {}",
              op_name(op));
  return std::visit(AttributeRules{}, op.attrs);
}

}  // namespace atl::graph

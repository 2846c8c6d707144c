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

Status positive(const char* what, int32_t value) {
  if (value >= 1) return {};
  return make_error(ErrorCode::kInvalid, "its {} is {}; it must be at least 1", what, value);
}

Status clips(float cell, float projection) {
  if (cell >= 0 && projection >= 0) return {};
  return make_error(ErrorCode::kInvalid, "it clips the cell at {} and the projection at {}; both must be 0 or more",
                    cell, projection);
}

struct AttributeRules {
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
  Status operator()(const SoftmaxAttrs& a) const {
    if (std::isfinite(a.beta)) return {};
    return make_error(ErrorCode::kInvalid, "its beta is {}; it must be a finite number", a.beta);
  }
  Status operator()(const ConcatenationAttrs& a) const {
    if (a.activation == Activation::kNone) return {};
    return make_error(ErrorCode::kInvalid, "its fused activation is {}; a concatenation has none",
                      activation_name(a.activation));
  }
  Status operator()(const ActivationAttrs& a) const { return clamping(a.activation); }
  Status operator()(const TransposeConvAttrs& a) const {
    ATOLL_TRY(at_least_one("stride", a.stride_h, a.stride_w));
    return clamping(a.activation);
  }
  Status operator()(const SvdfAttrs& a) const { return positive("rank", a.rank); }
  Status operator()(const BlockAttrs& a) const { return positive("block size", a.block_size); }
  Status operator()(const LrnAttrs& a) const {
    if (a.radius >= 0) return {};
    return make_error(ErrorCode::kInvalid, "its radius is {}; it must be 0 or more", a.radius);
  }
  Status operator()(const UnidirectionalLstmAttrs& a) const { return clips(a.cell_clip, a.proj_clip); }
  Status operator()(const BidirectionalLstmAttrs& a) const { return clips(a.cell_clip, a.proj_clip); }
  Status operator()(const FakeQuantAttrs& a) const {
    if (a.num_bits < 2 || a.num_bits > 16) {
      return make_error(ErrorCode::kInvalid, "it has {} bits; 2 to 16 are possible", a.num_bits);
    }
    if (std::isfinite(a.max - a.min) && (a.max - a.min) / 65535 > 0) return {};
    return make_error(ErrorCode::kInvalid, "its range is {} to {}; it must grow and be finite", a.min, a.max);
  }
  template <typename Attrs>
  Status operator()(const Attrs&) const {  // any value is fine, or the shapes decide
    return {};
  }
};

}  // namespace

Status check_attributes(const Op& op) {
  ATOLL_CHECK(op.attrs.index() == default_attributes(op.kind).index(), "attributes of another operator in {}",
              op_name(op));
  return std::visit(AttributeRules{}, op.attrs);
}

}  // namespace atl::graph

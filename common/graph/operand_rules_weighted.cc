// CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED.
#include "common/graph/operand_checks.h"
#include "common/graph/operand_rules.h"

namespace atl::graph {
namespace {

constexpr DType kF32 = DType::kFloat32;
constexpr DType kU8 = DType::kUint8;
constexpr DType kI2 = DType::kInt2;
constexpr DType kI4 = DType::kInt4;
constexpr DType kI8 = DType::kInt8;
constexpr DType kI16 = DType::kInt16;
constexpr DType kI32 = DType::kInt32;
constexpr DType kI64 = DType::kInt64;

// Float activations with integer weights are the hybrid ("dynamic range") forms.
constexpr WeightedTypes kConvTypes[] = {
    {kF32, kF32, kF32, kF32}, {kF32, kI8, kF32, kF32}, {kF32, kI4, kF32, kF32},
    {kF32, kU8, kF32, kF32},  {kU8, kU8, kI32, kU8},   {kI8, kI8, kI32, kI8},
    {kI8, kI4, kI32, kI8},    {kI16, kI8, kI32, kI16}, {kI16, kI8, kI64, kI16},
};
constexpr WeightedTypes kDepthwiseTypes[] = {
    {kF32, kF32, kF32, kF32}, {kF32, kI8, kF32, kF32}, {kU8, kU8, kI32, kU8},
    {kI8, kI8, kI32, kI8},    {kI8, kI4, kI32, kI8},   {kI16, kI8, kI64, kI16},
};
constexpr WeightedTypes kDenseTypes[] = {
    {kF32, kF32, kF32, kF32}, {kF32, kI8, kF32, kF32},  {kF32, kU8, kF32, kF32}, {kF32, kI4, kF32, kF32},
    {kF32, kI2, kF32, kF32},  {kU8, kU8, kI32, kU8},    {kU8, kU8, kI32, kI16},  {kI8, kI8, kI32, kI8},
    {kI8, kI8, kI64, kI8},    {kI8, kI8, kI32, kI16},   {kI8, kI4, kI32, kI8},   {kI8, kI2, kI32, kI8},
    {kI16, kI8, kI32, kI16},  {kI16, kI8, kI64, kI16},  {kI16, kI4, kI32, kI16}, {kI16, kI4, kI64, kI16},
    {kI16, kI16, kI32, kI16}, {kI16, kI16, kI64, kI16},
};

// Which signed weights may have a zero point: none, or those with one scale (the reference takes them off in
// FULLY_CONNECTED alone).
enum class SignedZeroPoint { kNever, kWithOneScale };

// Quantized weights have scales, in one piece or along the axis of output channels.
Status check_weights(const Tensor& weights, int32_t channel_axis, SignedZeroPoint allowed) {
  if (is_float(weights.type)) return {};
  const Quantization& quant = weights.quant;
  if (!quant.present()) {
    return make_error(ErrorCode::kInvalid, "its weights are {} without a scale; quantized values need one",
                      dtype_name(weights.type));
  }
  if (quant.per_channel() && quant.axis != channel_axis) {
    return make_error(ErrorCode::kInvalid, "its weights have scales along axis {}; output channels are axis {}",
                      quant.axis, channel_axis);
  }
  if (quant.per_channel() && weights.type == DType::kUint8) {
    return make_error(ErrorCode::kInvalid, "its weights are uint8 with {} scales; only signed weights can have several",
                      quant.scale.size());
  }
  if (allowed == SignedZeroPoint::kWithOneScale && !quant.per_channel()) return {};
  for (int64_t zero_point : quant.zero_point) {
    if (zero_point == 0 || weights.type == DType::kUint8) continue;
    return make_error(ErrorCode::kInvalid,
                      "its weights are {} with zero point {}; signed weights are symmetric, so it must be 0",
                      dtype_name(weights.type), zero_point);
  }
  return {};
}

Status check_weighted(const OpView& op, std::span<const WeightedTypes> types, int32_t channel_axis,
                      SignedZeroPoint allowed = SignedZeroPoint::kNever) {
  ATOLL_TRY(check_weighted_types(op, types));
  ATOLL_TRY(check_quantized_ends(op));
  return check_weights(*op.input(1), channel_axis, allowed);
}

}  // namespace

template <>
Status check_operands<OpKind::kConv2D>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 2, 3, 2));
  return check_weighted(op, kConvTypes, 0);
}

template <>
Status check_operands<OpKind::kDepthwiseConv2D>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 2, 3, 2));
  return check_weighted(op, kDepthwiseTypes, 3);
}

template <>
Status check_operands<OpKind::kFullyConnected>(const OpView& op) {
  // Shuffled weights need a second output, where old runtimes keep the shuffled input.
  ATOLL_TRY(check_counts(op, 2, 3, 2, op.attrs<FullyConnectedAttrs>().shuffled_weights ? 2 : 1));
  ATOLL_TRY(check_not_empty(op));
  return check_weighted(op, kDenseTypes, 0, SignedZeroPoint::kWithOneScale);
}

}  // namespace atl::graph

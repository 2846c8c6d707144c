// ADD, RELU, RELU6, SOFTMAX, MEAN, poolings, QUANTIZE, DEQUANTIZE.
#include <cmath>

#include "common/graph/operand_checks.h"
#include "common/graph/operand_rules.h"

namespace atl::graph {
namespace {

// RELU and RELU6.
Status check_rectifier(const OpView& op) {
  ATOLL_TRY(check_counts(op, 1, 1, 1));
  ATOLL_TRY(check_one_type(op, {DType::kFloat32, DType::kUint8, DType::kInt8, DType::kInt16}));
  return check_quantized_ends(op);
}

// Poolings pass values through unscaled; only a fused activation needs to know what they stand for.
Status check_pooling(const OpView& op) {
  ATOLL_TRY(check_counts(op, 1, 1, 1));
  ATOLL_TRY(check_one_type(op, {DType::kFloat32, DType::kUint8, DType::kInt8, DType::kInt16}));
  const bool clamps = op.attrs<Pool2DAttrs>().activation != Activation::kNone;
  return clamps ? check_quantized_ends(op) : Status();
}

// The scale that a softmax's output must have: kernels compute in it, whatever the model says.
Status check_softmax_output(const Tensor& output, float scale, int64_t zero_point) {
  const float tolerance = 0.001f * scale;  // that of the reference runtime
  if (std::fabs(output.quant.scale[0] - scale) <= tolerance && output.quant.zero_point[0] == zero_point) return {};
  return make_error(ErrorCode::kInvalid, "its {} output has scale {} and zero point {}; they must be {} and {}",
                    dtype_name(output.type), output.quant.scale[0], output.quant.zero_point[0], scale, zero_point);
}

}  // namespace

template <>
Status check_operands<OpKind::kAdd>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 2, 2, 2));
  ATOLL_TRY(check_not_empty(op));
  ATOLL_TRY(check_one_type(op, {DType::kFloat32, DType::kFloat16, DType::kUint8, DType::kInt8, DType::kInt16,
                                DType::kInt32, DType::kInt64}));
  const Tensor& a = *op.input(0);
  const Tensor& b = *op.input(1);
  if (a.type != b.type) {
    return make_error(ErrorCode::kInvalid, "its operands are {} and {}; both must have one type", dtype_name(a.type),
                      dtype_name(b.type));
  }
  const bool plain_int16 = a.type == DType::kInt16 && !a.quant.present();
  if (!is_quantized_activation(a.type) || plain_int16) return {};
  ATOLL_TRY(check_quantized_ends(op));
  ATOLL_TRY(check_per_tensor(b, "second operand"));
  return check_symmetric_int16(b, "second operand");
}

template <>
Status check_operands<OpKind::kRelu>(const OpView& op) {
  return check_rectifier(op);
}

template <>
Status check_operands<OpKind::kRelu6>(const OpView& op) {
  return check_rectifier(op);
}

template <>
Status check_operands<OpKind::kAveragePool2D>(const OpView& op) {
  return check_pooling(op);
}

template <>
Status check_operands<OpKind::kMaxPool2D>(const OpView& op) {
  return check_pooling(op);
}

template <>
Status check_operands<OpKind::kSoftmax>(const OpView& op) {
  static constexpr TypePair kTypes[] = {
      {DType::kFloat32, DType::kFloat32}, {DType::kUint8, DType::kUint8}, {DType::kInt8, DType::kInt8},
      {DType::kInt16, DType::kInt16},     {DType::kInt8, DType::kInt16},  {DType::kUint8, DType::kInt16},
  };
  ATOLL_TRY(check_counts(op, 1, 1, 1));
  ATOLL_TRY(check_not_empty(op));
  ATOLL_TRY(check_type_pair(op, kTypes));
  const DType input = op.input(0)->type;
  if (is_float(input)) return {};
  ATOLL_TRY(check_per_tensor(*op.input(0), "input"));
  ATOLL_TRY(check_symmetric_int16(*op.input(0), "input"));
  ATOLL_TRY(check_per_tensor(op.output(0), "output"));
  if (op.output(0).type == DType::kInt8) return check_softmax_output(op.output(0), 1.0f / 256, -128);
  if (input == DType::kInt16) return check_softmax_output(op.output(0), 1.0f / 32768, 0);
  return {};
}

template <>
Status check_operands<OpKind::kMean>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 2, 2, 2));
  ATOLL_TRY(check_not_empty(op));
  ATOLL_TRY(check_control_type(*op.input(1), "axes", {DType::kInt32}));
  ATOLL_TRY(
      check_one_type(op, {DType::kFloat32, DType::kInt32, DType::kInt64, DType::kUint8, DType::kInt8, DType::kInt16}));
  return check_quantized_ends(op);
}

template <>
Status check_operands<OpKind::kQuantize>(const OpView& op) {
  static constexpr TypePair kTypes[] = {
      {DType::kFloat32, DType::kInt8}, {DType::kFloat32, DType::kUint8}, {DType::kFloat32, DType::kInt16},
      {DType::kFloat32, DType::kInt4}, {DType::kFloat32, DType::kUint4}, {DType::kInt8, DType::kInt8},
      {DType::kInt8, DType::kUint8},   {DType::kInt8, DType::kInt16},    {DType::kUint8, DType::kUint8},
      {DType::kUint8, DType::kInt8},   {DType::kUint8, DType::kInt16},   {DType::kInt16, DType::kInt8},
      {DType::kInt16, DType::kInt16},  {DType::kInt16, DType::kInt32},   {DType::kInt32, DType::kInt8},
      {DType::kInt32, DType::kInt16},
  };
  ATOLL_TRY(check_counts(op, 1, 1, 1));
  ATOLL_TRY(check_type_pair(op, kTypes));
  if (!op.output(0).quant.present()) return check_per_tensor(op.output(0), "output");
  return is_float(op.input(0)->type) ? Status() : check_per_tensor(*op.input(0), "input");
}

template <>
Status check_operands<OpKind::kDequantize>(const OpView& op) {
  static constexpr TypePair kTypes[] = {
      {DType::kInt8, DType::kFloat32},       {DType::kUint8, DType::kFloat32},
      {DType::kInt16, DType::kFloat32},      {DType::kFloat16, DType::kFloat32},
      {DType::kInt4, DType::kFloat32},       {DType::kUint4, DType::kFloat32},
      {DType::kInt2, DType::kFloat32},       {DType::kFloat8E4M3Fn, DType::kFloat32},
      {DType::kFloat8E5M2, DType::kFloat32},
  };
  ATOLL_TRY(check_counts(op, 1, 1, 1));
  ATOLL_TRY(check_type_pair(op, kTypes));
  const Tensor& input = *op.input(0);
  if (is_float(input.type) || input.quant.present()) return check_symmetric_int16(input, "input");
  return check_per_tensor(input, "input");
}

}  // namespace atl::graph

// CONCATENATION, PAD, RESHAPE, SQUEEZE: operators that move elements.
#include <algorithm>

#include "common/graph/operand_checks.h"
#include "common/graph/operand_rules.h"

namespace atl::graph {
namespace {

// Both ends have as many elements; the shape of a computed reshape is the model's own statement.
Status check_same_elements(const OpView& op) {
  const auto input = checked_num_elements(op.input(0)->shape);
  const auto output = checked_num_elements(op.output(0).shape);
  if (input == output) return {};
  return make_error(ErrorCode::kInvalid, "its input {} and its output {} differ in their number of elements",
                    shape_text(op.input(0)->shape), shape_text(op.output(0).shape));
}

}  // namespace

template <>
Status check_operands<OpKind::kConcatenation>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 1, SIZE_MAX, op.op.inputs.size()));
  ATOLL_TRY(check_one_type(op, {DType::kFloat32, DType::kFloat16, DType::kBfloat16, DType::kUint8, DType::kInt8,
                                DType::kInt16, DType::kInt32, DType::kInt64, DType::kBool, DType::kUint32, DType::kInt4,
                                DType::kFloat8E4M3Fn, DType::kFloat8E5M2}));
  const Tensor& output = op.output(0);
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    const Tensor& part = *op.input(i);
    if (part.type != output.type) {
      return make_error(ErrorCode::kInvalid, "its input {} is {} and its output {}; all must have one type", i,
                        dtype_name(part.type), dtype_name(output.type));
    }
    const bool same = part.quant.scale == output.quant.scale && part.quant.zero_point == output.quant.zero_point;
    if (same || !is_quantized_activation(part.type)) continue;
    const std::string what = fmt::format("input {}", i);
    ATOLL_TRY(check_per_tensor(part, what.c_str()));
    ATOLL_TRY(check_per_tensor(output, "output"));
    if (part.type != DType::kInt8) continue;  // uint8 is rescaled, int16 copied as it is
    return make_error(
        ErrorCode::kInvalid,
        "its input {} has scale {} and zero point {}, its output {} and {}; int8 parts are joined without "
        "rescaling, so all must be equal",
        i, part.quant.scale[0], part.quant.zero_point[0], output.quant.scale[0], output.quant.zero_point[0]);
  }
  return {};
}

template <>
Status check_operands<OpKind::kPad>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 2, 2, 2));
  ATOLL_TRY(check_control_type(*op.input(1), "paddings", {DType::kInt32, DType::kInt64, DType::kInt8, DType::kInt16}));
  ATOLL_TRY(check_one_type(
      op, {DType::kFloat32, DType::kUint8, DType::kInt8, DType::kInt16, DType::kInt32, DType::kInt64, DType::kBool,
           DType::kFloat16, DType::kBfloat16, DType::kInt4, DType::kFloat8E4M3Fn, DType::kFloat8E5M2}));
  const Tensor& output = op.output(0);
  if (!is_quantized_activation(output.type) || !output.quant.present()) return {};
  return check_per_tensor(output, "output");  // padding is the output's zero point
}

template <>
Status check_operands<OpKind::kReshape>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 1, 2, 1));
  ATOLL_TRY(check_one_type(op, {}));
  return check_same_elements(op);
}

template <>
Status check_operands<OpKind::kSqueeze>(const OpView& op) {
  ATOLL_TRY(check_counts(op, 1, 1, 1));
  ATOLL_TRY(check_one_type(op, {}));
  return check_same_elements(op);
}

}  // namespace atl::graph

// Parts of tensors and parts put together: SLICE, STRIDED_SLICE, SPLIT, SPLIT_V, UNPACK, PACK, CONCATENATION,
// DYNAMIC_UPDATE_SLICE.
#include <algorithm>

#include "common/graph/strided_slice.h"
#include "common/kernels/move/kernels.h"
#include "common/kernels/move/pieces.h"

namespace atl::kernels::move {
namespace {

size_t normal_axis(int64_t axis, size_t rank) {
  return static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis);
}

// A block of elements of the first tensor's layout to the same block of the second's.
CopyPlan block(const graph::Shape& extents, const graph::Shape& from, const graph::Shape& to) {
  const std::vector<int64_t> from_strides = strides_of(from), to_strides = strides_of(to);
  CopyPlan plan;
  for (size_t i = 0; i < extents.size(); ++i) plan.add(extents[i], from_strides[i], to_strides[i]);
  return plan;
}

std::vector<Piece> slice(const SteeredOp& op) {
  CopyPlan plan = block(op.output_shape(0), op.input_shape(0), op.output_shape(0));
  const std::vector<int64_t> begins = op.values(1);
  for (size_t i = 0; i < begins.size(); ++i) plan.from += begins[i] * plan.axes[i].from;
  return {{0, 0, std::move(plan)}};
}

std::vector<Piece> strided_slice(const SteeredOp& op) {
  const auto ranges = graph::strided_ranges(op.input_shape(0), op.values(1), op.values(2), op.values(3),
                                            op.view().attrs<graph::StridedSliceAttrs>());
  ATOLL_CHECK(ranges.ok(), "{}: shape inference has let it pass", op.label());
  const std::vector<int64_t> strides = strides_of(op.input_shape(0));
  CopyPlan plan;
  int64_t to = 1;
  for (size_t i = strides.size(); i-- > 0;) {
    plan.add(ranges->count[i], strides[i] * ranges->stride[i], to);
    plan.from += strides[i] * ranges->begin[i];
    to *= ranges->count[i];
  }
  return {{0, 0, std::move(plan)}};
}

// The outputs are parts of an axis of input `data`, one behind the other.
std::vector<Piece> split_axis(const SteeredOp& op, size_t data, int64_t stated_axis) {
  const graph::Shape& input = op.input_shape(data);
  const size_t axis = normal_axis(stated_axis, input.size());
  std::vector<Piece> pieces;
  int64_t begin = 0;
  for (size_t k = 0; k < op.view().op.outputs.size(); ++k) {
    const graph::Shape& part = op.output_shape(k);
    CopyPlan plan = block(part, input, part);
    plan.from = begin * plan.axes[axis].from;
    begin += part[axis];
    pieces.push_back({data, k, std::move(plan)});
  }
  return pieces;
}

std::vector<Piece> unpack(const SteeredOp& op) {
  const graph::Shape& input = op.input_shape(0);
  const size_t axis = normal_axis(op.view().attrs<graph::UnpackAttrs>().axis, input.size());
  graph::Shape part = input;
  part[axis] = 1;
  std::vector<Piece> pieces;
  for (size_t k = 0; k < op.view().op.outputs.size(); ++k) {
    CopyPlan plan = block(part, input, part);
    plan.from = static_cast<int64_t>(k) * plan.axes[axis].from;
    pieces.push_back({0, k, std::move(plan)});
  }
  return pieces;
}

// The inputs one behind the other along an axis of the output; `parts` are their shapes with all axes of the output.
std::vector<Piece> join(const SteeredOp& op, size_t axis, const std::vector<graph::Shape>& parts) {
  std::vector<Piece> pieces;
  int64_t begin = 0;
  for (size_t k = 0; k < parts.size(); ++k) {
    CopyPlan plan = block(parts[k], parts[k], op.output_shape(0));
    plan.to = begin * plan.axes[axis].to;
    begin += parts[k][axis];
    pieces.push_back({k, 0, std::move(plan)});
  }
  return pieces;
}

std::vector<Piece> concatenation(const SteeredOp& op) {
  std::vector<graph::Shape> parts;
  for (size_t k = 0; k < op.view().op.inputs.size(); ++k) parts.push_back(op.input_shape(k));
  const int64_t axis = op.view().attrs<graph::ConcatenationAttrs>().axis;
  return join(op, normal_axis(axis, op.output_shape(0).size()), parts);
}

std::vector<Piece> pack(const SteeredOp& op) {
  graph::Shape part = op.output_shape(0);
  const size_t axis = normal_axis(op.view().attrs<graph::PackAttrs>().axis, part.size());
  part[axis] = 1;
  return join(op, axis, std::vector<graph::Shape>(op.view().op.inputs.size(), part));
}

// The whole of input 0, then input 1 at its place, moved so that it lies inside.
Result<std::vector<Piece>> dynamic_update_slice(const SteeredOp& op) {
  const graph::Shape &whole = op.input_shape(0), &part = op.input_shape(1);
  const std::vector<int64_t> begins = op.values(2);
  bool fits = part.size() == whole.size() && begins.size() == whole.size();
  for (size_t i = 0; fits && i < whole.size(); ++i) fits = part[i] <= whole[i];
  if (!fits) {
    return make_error(ErrorCode::kInvalid, "an update of shape {} at {} begins is not a part of shape {}",
                      graph::shape_text(part), begins.size(), graph::shape_text(whole));
  }
  CopyPlan update = block(part, part, whole);
  for (size_t i = 0; i < begins.size(); ++i) {
    update.to += std::clamp<int64_t>(begins[i], 0, whole[i] - part[i]) * update.axes[i].to;
  }
  return std::vector<Piece>{{0, 0, block(whole, whole, whole)}, {1, 0, std::move(update)}};
}

Status require_equal_scales(const OpContext& context) {
  const graph::Quantization& out = context.output(0).quant;
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    const graph::Quantization& in = context.input(i).quant;
    if (in.scale == out.scale && in.zero_point == out.zero_point) continue;
    return context.error(
        ErrorCode::kUnsupported,
        "int8 operands must have the output's scale and zero point, and {} has others than {}; requantize it "
        "with a QUANTIZE operator",
        context.input_label(i), context.output_label(0));
  }
  return {};
}

}  // namespace

Result<PreparedKernel> prepare_slice(const OpContext& context) { return prepare_pieces(context, {1, 2}, slice); }

Result<PreparedKernel> prepare_strided_slice(const OpContext& context) {
  return prepare_pieces(context, {1, 2, 3}, strided_slice);
}

Result<PreparedKernel> prepare_split(const OpContext& context) {
  return prepare_pieces(context, {0}, [](const SteeredOp& op) { return split_axis(op, 1, op.values(0)[0]); });
}

Result<PreparedKernel> prepare_split_v(const OpContext& context) {
  return prepare_pieces(context, {1, 2}, [](const SteeredOp& op) { return split_axis(op, 0, op.values(2)[0]); });
}

Result<PreparedKernel> prepare_unpack(const OpContext& context) { return prepare_pieces(context, {}, unpack); }

Result<PreparedKernel> prepare_pack(const OpContext& context) { return prepare_pieces(context, {}, pack); }

Result<PreparedKernel> prepare_concatenation(const OpContext& context) {
  if (context.output(0).type == graph::DType::kInt8) ATOLL_TRY(require_equal_scales(context));
  const graph::Activation activation = context.attrs<graph::ConcatenationAttrs>().activation;
  if (activation != graph::Activation::kNone) {
    return context.error(ErrorCode::kUnsupported,
                         "a fused activation ({}) is not supported here; use an operator of its own",
                         graph::activation_name(activation));
  }
  return prepare_pieces(context, {}, concatenation);
}

Result<PreparedKernel> prepare_dynamic_update_slice(const OpContext& context) {
  return prepare_pieces(context, {2}, dynamic_update_slice);
}

}  // namespace atl::kernels::move

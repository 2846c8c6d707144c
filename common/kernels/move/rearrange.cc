// The same elements in other places, or several times: TRANSPOSE, EXPAND_DIMS, REVERSE_V2, TILE, BROADCAST_TO.
#include "common/kernels/move/kernels.h"
#include "common/kernels/move/pieces.h"

namespace atl::kernels::move {
namespace {

std::vector<Piece> transpose(const SteeredOp& op) {
  const std::vector<int64_t> from = strides_of(op.input_shape(0)), to = strides_of(op.output_shape(0));
  const auto rank = static_cast<int64_t>(from.size());
  const std::vector<int64_t> order = op.values(1);
  CopyPlan plan;
  for (size_t i = 0; i < order.size(); ++i) {
    const int64_t axis = order[i] < 0 ? order[i] + rank : order[i];
    plan.add(op.output_shape(0)[i], from[static_cast<size_t>(axis)], to[i]);
  }
  return {{0, 0, std::move(plan)}};
}

std::vector<Piece> same_order(const SteeredOp& op) {
  CopyPlan plan;
  plan.add(graph::num_elements(op.input_shape(0)), 1, 1);
  return {{0, 0, std::move(plan)}};
}

Result<std::vector<Piece>> reverse(const SteeredOp& op) {
  const graph::Shape& shape = op.input_shape(0);
  const auto rank = static_cast<int64_t>(shape.size());
  std::vector<bool> reversed(shape.size(), false);
  for (const int64_t axis : op.values(1)) {
    if (axis < -rank || axis >= rank) {
      return make_error(ErrorCode::kInvalid, "axis {} is outside the {} axes of its input", axis, rank);
    }
    reversed[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  const std::vector<int64_t> strides = strides_of(shape);
  CopyPlan plan;
  for (size_t i = 0; i < shape.size(); ++i) {
    plan.add(shape[i], reversed[i] ? -strides[i] : strides[i], strides[i]);
    if (reversed[i]) plan.from += (shape[i] - 1) * strides[i];
  }
  return std::vector<Piece>{{0, 0, std::move(plan)}};
}

std::vector<Piece> tile(const SteeredOp& op) {
  const graph::Shape &in = op.input_shape(0), &out = op.output_shape(0);
  const std::vector<int64_t> from = strides_of(in), to = strides_of(out);
  CopyPlan plan;
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i] > 0) plan.add(out[i] / in[i], 0, to[i] * in[i]);
    plan.add(in[i], from[i], to[i]);
  }
  return {{0, 0, std::move(plan)}};
}

std::vector<Piece> broadcast_to(const SteeredOp& op) {
  const graph::Shape &in = op.input_shape(0), &out = op.output_shape(0);
  const std::vector<int64_t> from = strides_of(in), to = strides_of(out);
  const size_t added = out.size() - in.size();  // axes in front
  CopyPlan plan;
  for (size_t i = 0; i < out.size(); ++i) {
    const bool repeats = i < added || in[i - added] != out[i];
    plan.add(out[i], repeats ? 0 : from[i - added], to[i]);
  }
  return {{0, 0, std::move(plan)}};
}

}  // namespace

Result<PreparedKernel> prepare_transpose(const OpContext& context) { return prepare_pieces(context, {1}, transpose); }

Result<PreparedKernel> prepare_expand_dims(const OpContext& context) {
  return prepare_pieces(context, {1}, same_order);
}

Result<PreparedKernel> prepare_reverse(const OpContext& context) { return prepare_pieces(context, {1}, reverse); }

Result<PreparedKernel> prepare_tile(const OpContext& context) { return prepare_pieces(context, {1}, tile); }

Result<PreparedKernel> prepare_broadcast_to(const OpContext& context) {
  return prepare_pieces(context, {1}, broadcast_to);
}

}  // namespace atl::kernels::move

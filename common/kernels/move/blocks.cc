// Blocks of pixels to channels or batches and back: SPACE_TO_DEPTH, DEPTH_TO_SPACE, SPACE_TO_BATCH_ND,
// BATCH_TO_SPACE_ND.
#include <algorithm>

#include "common/kernels/move/kernels.h"
#include "common/kernels/move/pieces.h"

namespace atl::kernels::move {
namespace {

// Both ways between B H W C and B H/b W/b bbC: `wide` has the pixels, `deep` the channels.
CopyPlan depth_blocks(const graph::Shape& wide, const graph::Shape& deep, int64_t block, bool to_depth) {
  const std::vector<int64_t> pixels = strides_of(wide), cells = strides_of(deep);
  CopyPlan plan;
  const auto add = [&](int64_t extent, int64_t wide_step, int64_t deep_step) {
    plan.add(extent, to_depth ? wide_step : deep_step, to_depth ? deep_step : wide_step);
  };
  const int64_t channels = wide[3];
  add(wide[0], pixels[0], cells[0]);
  add(deep[1], pixels[1] * block, cells[1]);
  add(block, pixels[1], channels * block);
  add(deep[2], pixels[2] * block, cells[2]);
  add(block, pixels[2], channels);
  add(channels, 1, 1);
  return plan;
}

std::vector<Piece> space_to_depth(const SteeredOp& op) {
  const int64_t block = op.view().attrs<graph::BlockAttrs>().block_size;
  return {{0, 0, depth_blocks(op.input_shape(0), op.output_shape(0), block, true)}};
}

std::vector<Piece> depth_to_space(const SteeredOp& op) {
  const int64_t block = op.view().attrs<graph::BlockAttrs>().block_size;
  return {{0, 0, depth_blocks(op.output_shape(0), op.input_shape(0), block, false)}};
}

// Between a tensor of few batches and large pixels (`wide`) and one with a batch for every place in a block (`thin`).
// Along axis i, element p of `wide` is, with its border in front, at place (p + border) % block of block
// (p + border) / block.
class BatchBlocks {
 public:
  BatchBlocks(const SteeredOp& op, const graph::Shape& wide, const graph::Shape& thin, bool to_batches)
      : wide_(wide),
        thin_(thin),
        wide_strides_(strides_of(wide)),
        thin_strides_(strides_of(thin)),
        sizes_(op.values(1)),
        borders_(op.values(2)),
        to_batches_(to_batches) {}

  // A piece for every place in a block: those are the batches of `thin`, the first axis outermost.
  std::vector<Piece> pieces() const {
    std::vector<Piece> pieces;
    const int64_t places = wide_[0] == 0 ? 0 : thin_[0] / wide_[0];
    for (int64_t place = 0; place < places; ++place) pieces.push_back({0, 0, piece(place)});
    return pieces;
  }

 private:
  CopyPlan piece(int64_t place) const {
    int64_t wide_at = 0, thin_at = place * wide_[0] * thin_strides_[0];
    CopyPlan plan;
    const auto add = [&](int64_t extent, int64_t wide_step, int64_t thin_step) {
      plan.add(extent, to_batches_ ? wide_step : thin_step, to_batches_ ? thin_step : wide_step);
    };
    add(wide_[0], wide_strides_[0], thin_strides_[0]);
    for (size_t i = sizes_.size(); i-- > 0;) {
      const size_t axis = i + 1;
      const int64_t size = sizes_[i], border = borders_[2 * i], offset = place % size - border;
      place /= size;
      // Blocks k with 0 <= k size + offset < extent.
      const int64_t first = offset >= 0 ? 0 : (-offset + size - 1) / size;
      const int64_t last = wide_[axis] <= offset ? 0 : (wide_[axis] - offset + size - 1) / size;
      add(std::max<int64_t>(std::min<int64_t>(last, thin_[axis]) - first, 0), wide_strides_[axis] * size,
          thin_strides_[axis]);
      wide_at += (first * size + offset) * wide_strides_[axis];
      thin_at += first * thin_strides_[axis];
    }
    for (size_t axis = sizes_.size() + 1; axis < wide_.size(); ++axis) {
      add(wide_[axis], wide_strides_[axis], thin_strides_[axis]);
    }
    plan.from = to_batches_ ? wide_at : thin_at;
    plan.to = to_batches_ ? thin_at : wide_at;
    return plan;
  }

  const graph::Shape &wide_, &thin_;
  std::vector<int64_t> wide_strides_, thin_strides_, sizes_, borders_;
  bool to_batches_;
};

std::vector<Piece> space_to_batch(const SteeredOp& op) {
  return BatchBlocks(op, op.input_shape(0), op.output_shape(0), true).pieces();
}

std::vector<Piece> batch_to_space(const SteeredOp& op) {
  return BatchBlocks(op, op.output_shape(0), op.input_shape(0), false).pieces();
}

}  // namespace

Result<PreparedKernel> prepare_space_to_depth(const OpContext& context) {
  return prepare_pieces(context, {}, space_to_depth);
}

Result<PreparedKernel> prepare_depth_to_space(const OpContext& context) {
  return prepare_pieces(context, {}, depth_to_space);
}

Result<PreparedKernel> prepare_space_to_batch(const OpContext& context) {
  return prepare_pieces(context, {1, 2}, space_to_batch, {zero_element(context.output(0)), false});
}

Result<PreparedKernel> prepare_batch_to_space(const OpContext& context) {
  return prepare_pieces(context, {1, 2}, batch_to_space);
}

}  // namespace atl::kernels::move

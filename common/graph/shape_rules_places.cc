// Operators that put the same elements to other places, or repeat them.
#include <algorithm>

#include "common/graph/shape_rules.h"

namespace atl::graph::shape_rules {

Inferred expand_dims(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto wanted, steering(op, 1, "axis"));
  if (!wanted) return std::optional<Shape>();
  if (wanted->size() != 1) return invalid("its axis has {} elements; 1 is needed", wanted->size());
  ATOLL_ASSIGN(const size_t axis, axis_of(input->shape, wanted->front(), 1));
  Shape output = input->shape;
  output.insert(output.begin() + static_cast<int64_t>(axis), 1);
  return std::optional(std::move(output));
}

Inferred resize(const OpView& op) {
  const auto& attrs = op.attrs<ResizeAttrs>();
  if (op.op.kind == OpKind::kResizeBilinear && attrs.align_corners && attrs.half_pixel_centers) {
    return invalid("it asks for aligned corners and half-pixel centres; only one can be");
  }
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 4));
  ATOLL_ASSIGN(const auto size, steering(op, 1, "size"));
  if (!size) return std::optional<Shape>();
  if (size->size() != 2 || (*size)[0] < 1 || (*size)[1] < 1) {
    return invalid("its size is {}; height and width of 1 or more are needed", fmt::join(*size, "x"));
  }
  ATOLL_ASSIGN(const int32_t height, extent((*size)[0]));
  ATOLL_ASSIGN(const int32_t width, extent((*size)[1]));
  return std::optional(Shape{input->shape[0], height, width, input->shape[3]});
}

Inferred depth_to_space(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 4));
  const int64_t block = op.attrs<BlockAttrs>().block_size;
  const Shape& shape = input->shape;
  if (block > shape[3] || shape[3] % (block * block) != 0) {
    return invalid("the {} channels of its input are not a multiple of its block {} squared", shape[3], block);
  }
  ATOLL_ASSIGN(const int32_t height, extent(shape[1] * block));
  ATOLL_ASSIGN(const int32_t width, extent(shape[2] * block));
  return std::optional(Shape{shape[0], height, width, static_cast<int32_t>(shape[3] / (block * block))});
}

Inferred space_to_depth(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, ranked(op, 0, "input", 4));
  const int32_t block = op.attrs<BlockAttrs>().block_size;
  const Shape& shape = input->shape;
  if (shape[1] % block != 0 || shape[2] % block != 0) {
    return invalid("its input {} can't be cut into blocks of {}", shape_text(shape), block);
  }
  ATOLL_ASSIGN(const int32_t channels,
               extent(int64_t{shape[3]} * block > kMaxTensorElements ? kMaxTensorElements + 1
                                                                     : int64_t{shape[3]} * block * block));
  return std::optional(Shape{shape[0], shape[1] / block, shape[2] / block, channels});
}

namespace {

// Block sizes and the paddings or crops before and after, axis by axis; nothing when one of them is computed.
struct Blocks {
  std::vector<int64_t> sizes, borders;
};

Result<std::optional<Blocks>> blocks_of(const OpView& op, const char* borders_name) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto sizes, steering(op, 1, "block sizes"));
  ATOLL_ASSIGN(const auto borders, steering(op, 2, borders_name));
  if (!sizes || !borders) return std::optional<Blocks>();
  const size_t axes = sizes->size();
  if (axes + 1 > input->shape.size() || borders->size() != 2 * axes) {
    return invalid("it has {} block sizes and {} {} for its input {}", axes, borders->size(), borders_name,
                   shape_text(input->shape));
  }
  for (const int64_t size : *sizes) {
    if (size < 1 || size > kMaxTensorElements) return invalid("it has a block size of {}", size);
  }
  for (const int64_t border : *borders) {
    if (border < 0 || border > kMaxTensorElements) return invalid("one of its {} is {}", borders_name, border);
  }
  return std::optional(Blocks{*sizes, *borders});
}

}  // namespace

Inferred batch_to_space(const OpView& op) {
  ATOLL_ASSIGN(const auto blocks, blocks_of(op, "crops"));
  if (!blocks) return std::optional<Shape>();
  Shape output = op.input(0)->shape;
  for (size_t i = 0; i < blocks->sizes.size(); ++i) {
    if (output[0] % blocks->sizes[i] != 0) {
      return invalid("the batch of its input {} is not a multiple of its block sizes", shape_text(op.input(0)->shape));
    }
    output[0] = static_cast<int32_t>(output[0] / blocks->sizes[i]);
    ATOLL_ASSIGN(output[i + 1],
                 extent(output[i + 1] * blocks->sizes[i] - blocks->borders[2 * i] - blocks->borders[2 * i + 1]));
  }
  return std::optional(std::move(output));
}

Inferred space_to_batch(const OpView& op) {
  ATOLL_ASSIGN(const auto blocks, blocks_of(op, "paddings"));
  if (!blocks) return std::optional<Shape>();
  Shape output = op.input(0)->shape;
  for (size_t i = 0; i < blocks->sizes.size(); ++i) {
    const int64_t padded = output[i + 1] + blocks->borders[2 * i] + blocks->borders[2 * i + 1];
    if (padded % blocks->sizes[i] != 0) {
      return invalid("axis {} of its input has {} elements with its paddings, not a multiple of its block size {}",
                     i + 1, padded, blocks->sizes[i]);
    }
    ATOLL_ASSIGN(output[i + 1], extent(padded / blocks->sizes[i]));
    ATOLL_ASSIGN(output[0], extent(output[0] * blocks->sizes[i]));
  }
  return std::optional(std::move(output));
}

Inferred transpose(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto axes, steering(op, 1, "permutation"));
  if (!axes) return std::optional<Shape>();
  std::vector<bool> taken(input->shape.size());
  Shape output;
  for (const int64_t wanted : *axes) {
    ATOLL_ASSIGN(const size_t axis, axis_of(input->shape, wanted));
    taken[axis] = true;
    output.push_back(input->shape[axis]);
  }
  if (output.size() != taken.size() || std::find(taken.begin(), taken.end(), false) != taken.end()) {
    return invalid("its permutation ({}) does not have each axis of its input {} once", fmt::join(*axes, ", "),
                   shape_text(input->shape));
  }
  return std::optional(std::move(output));
}

Inferred tile(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto times, steering(op, 1, "multiples"));
  if (!times) return std::optional<Shape>();
  if (times->size() != input->shape.size()) {
    return invalid("it has {} multiples for the {} axes of its input", times->size(), input->shape.size());
  }
  Shape output;
  for (size_t i = 0; i < times->size(); ++i) {
    if ((*times)[i] < 0 || (*times)[i] > kMaxTensorElements) return invalid("one of its multiples is {}", (*times)[i]);
    ATOLL_ASSIGN(const int32_t one, extent(input->shape[i] * (*times)[i]));
    output.push_back(one);
  }
  return std::optional(std::move(output));
}

Inferred broadcast_to(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto wanted, steering(op, 1, "shape"));
  if (!wanted) return std::optional<Shape>();
  Shape output;
  for (const int64_t value : *wanted) {
    ATOLL_ASSIGN(const int32_t one, extent(value));
    output.push_back(one);
  }
  ATOLL_ASSIGN(const Shape both, broadcast_shape(input->shape, output));
  if (both != output) {
    return invalid("its input {} can't be broadcast to {}", shape_text(input->shape), shape_text(output));
  }
  return std::optional(std::move(output));
}

}  // namespace atl::graph::shape_rules

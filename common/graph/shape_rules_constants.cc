// Operators that make tensors of shapes and numbers.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/graph/shape_rules.h"

namespace atl::graph::shape_rules {

Inferred shape_of(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  return std::optional(Shape{static_cast<int32_t>(input->shape.size())});
}

Inferred rank_of(const OpView& op) {
  ATOLL_ASSIGN([[maybe_unused]] const Tensor* input, needed(op, 0, "input"));
  return std::optional(Shape{});
}

Inferred broadcast_args(const OpView& op) {
  int32_t longest = 0;
  for (const size_t i : {0u, 1u}) {
    ATOLL_ASSIGN(const Tensor* shape, needed(op, i, "shape"));
    if (shape->shape.size() != 1) return invalid("its shape {} has {} axes; 1 is needed", i, shape->shape.size());
    longest = std::max(longest, shape->shape[0]);
  }
  return std::optional(Shape{longest});
}

Inferred one_hot(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* indices, needed(op, 0, "indices"));
  ATOLL_ASSIGN(const auto depth, steering(op, 1, "depth"));
  if (!depth) return std::optional<Shape>();
  if (depth->size() != 1) return invalid("its depth has {} elements; 1 is needed", depth->size());
  const int32_t stated = op.attrs<OneHotAttrs>().axis;
  ATOLL_ASSIGN(const size_t axis, axis_of(indices->shape, stated, 1));
  ATOLL_ASSIGN(const int32_t classes, extent(depth->front()));
  Shape output = indices->shape;
  output.insert(output.begin() + static_cast<int64_t>(axis), classes);
  return std::optional(std::move(output));
}

Inferred fill(const OpView& op) {
  ATOLL_ASSIGN(const auto wanted, steering(op, 0, "shape"));
  if (!wanted) return std::optional<Shape>();
  Shape output;
  for (const int64_t value : *wanted) {
    ATOLL_ASSIGN(const int32_t one, extent(value));
    output.push_back(one);
  }
  return std::optional(std::move(output));
}

namespace {

// The only element of a constant of numbers, as T; nothing when it is computed.
template <typename T>
std::optional<T> number(const Tensor& tensor) {
  if (!tensor.is_constant() || tensor.data->size() != sizeof(T)) return {};
  T value;
  std::memcpy(&value, tensor.data->data(), sizeof(T));
  return value;
}

Error no_steps(double start, double limit, double delta) {
  return invalid("it goes from {} to {} in steps of {}", start, limit, delta);
}

template <typename T>
Inferred integer_range(const Tensor& start, const Tensor& limit, const Tensor& delta) {
  const auto from = number<T>(start), to = number<T>(limit), by = number<T>(delta);
  if (!from || !to || !by) return std::optional<Shape>();
  const __int128 distance = static_cast<__int128>(*to) - *from, step = *by;
  if (step == 0 || (distance > 0 && step < 0) || (distance < 0 && step > 0)) {
    return no_steps(static_cast<double>(*from), static_cast<double>(*to), static_cast<double>(*by));
  }
  const __int128 positive = distance < 0 ? -distance : distance, size = step < 0 ? -step : step;
  const __int128 count = (positive + size - 1) / size;
  ATOLL_ASSIGN(const int32_t elements,
               extent(count > kMaxTensorElements ? kMaxTensorElements + 1 : static_cast<int64_t>(count)));
  return std::optional(Shape{elements});
}

Inferred float_range(const Tensor& start, const Tensor& limit, const Tensor& delta) {
  const auto from = number<float>(start), to = number<float>(limit), by = number<float>(delta);
  if (!from || !to || !by) return std::optional<Shape>();
  const bool ordered = *by != 0 && ((*to >= *from && *by > 0) || (*to <= *from && *by < 0));
  const float count = std::ceil(std::fabs((*to - *from) / *by));  // in float, as the reference counts
  if (!ordered || !(count <= static_cast<float>(kMaxTensorElements / 2))) return no_steps(*from, *to, *by);
  return std::optional(Shape{static_cast<int32_t>(count)});
}

}  // namespace

Inferred range(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* start, needed(op, 0, "start"));
  ATOLL_ASSIGN(const Tensor* limit, needed(op, 1, "limit"));
  ATOLL_ASSIGN(const Tensor* delta, needed(op, 2, "delta"));
  for (const Tensor* tensor : {start, limit, delta}) {
    if (tensor->type != start->type) return invalid("its start, limit and delta are of different types");
    if (checked_num_elements(tensor->shape) != 1) {
      return invalid("its start, limit or delta has shape {}; one element is needed", shape_text(tensor->shape));
    }
  }
  switch (start->type) {
    case DType::kInt32: return integer_range<int32_t>(*start, *limit, *delta);
    case DType::kInt64: return integer_range<int64_t>(*start, *limit, *delta);
    case DType::kFloat32: return float_range(*start, *limit, *delta);
    default: return invalid("its start is {}; int32, int64 and float32 are known", dtype_name(start->type));
  }
}

}  // namespace atl::graph::shape_rules

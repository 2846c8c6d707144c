// Operators that take parts of tensors or put parts together, and those that leave the best of an axis.
#include <algorithm>

#include "common/graph/shape_rules.h"
#include "common/graph/strided_slice.h"

namespace atl::graph::shape_rules {
namespace {

// The only element of a constant; nothing when it is computed.
Result<std::optional<int64_t>> steering_scalar(const OpView& op, size_t position, const char* what) {
  ATOLL_ASSIGN(const auto values, steering(op, position, what));
  if (!values) return std::optional<int64_t>();
  if (values->size() != 1) return invalid("its {} has {} elements; 1 is needed", what, values->size());
  return std::optional(values->front());
}

Status check_output_count(const OpView& op, int64_t stated) {
  if (stated == static_cast<int64_t>(op.op.outputs.size())) return {};
  return invalid("it has {} outputs, and its attribute says {}", op.op.outputs.size(), stated);
}

void append(Shape& shape, Shape::const_iterator begin, Shape::const_iterator end) {
  shape.insert(shape.end(), begin, end);
}

}  // namespace

Inferred arg_reduction(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto wanted, steering_scalar(op, 1, "axis"));
  if (!wanted) return std::optional<Shape>();
  ATOLL_ASSIGN(const size_t axis, axis_of(input->shape, *wanted));
  if (input->shape[axis] == 0) return invalid("its axis {} of {} is empty", axis, shape_text(input->shape));
  Shape output = input->shape;
  output.erase(output.begin() + static_cast<int64_t>(axis));
  return std::optional(std::move(output));
}

InferredAll top_k(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto count, steering_scalar(op, 1, "number of values"));
  if (input->shape.empty()) return invalid("its input is a scalar; at least one axis is needed");
  if (!count) return given(op);
  if (*count < 0 || *count > input->shape.back()) {
    return invalid("it asks for the {} largest of {} values", *count, input->shape.back());
  }
  Shape output = input->shape;
  output.back() = static_cast<int32_t>(*count);
  return std::vector<std::optional<Shape>>(2, output);
}

Inferred pack(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* first, needed(op, 0, "first part"));
  for (size_t i = 1; i < op.op.inputs.size(); ++i) {
    ATOLL_ASSIGN(const Tensor* part, needed(op, i, "part"));
    if (part->shape != first->shape) {
      return invalid("its inputs have shapes {} and {}; all must have one", shape_text(first->shape),
                     shape_text(part->shape));
    }
  }
  ATOLL_ASSIGN(const size_t axis, axis_of(first->shape, op.attrs<PackAttrs>().axis, 1));
  Shape output = first->shape;
  output.insert(output.begin() + static_cast<int64_t>(axis), static_cast<int32_t>(op.op.inputs.size()));
  return std::optional(std::move(output));
}

InferredAll unpack(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  const auto& attrs = op.attrs<UnpackAttrs>();
  ATOLL_ASSIGN(const size_t axis, axis_of(input->shape, attrs.axis));
  ATOLL_TRY(check_output_count(op, attrs.num));
  if (input->shape[axis] != attrs.num) {
    return invalid("axis {} of its input {} does not have the {} elements that its attribute says", axis,
                   shape_text(input->shape), attrs.num);
  }
  Shape output = input->shape;
  output.erase(output.begin() + static_cast<int64_t>(axis));
  return std::vector<std::optional<Shape>>(op.op.outputs.size(), output);
}

InferredAll split(const OpView& op) {
  ATOLL_ASSIGN(const auto wanted, steering_scalar(op, 0, "axis"));
  ATOLL_ASSIGN(const Tensor* input, needed(op, 1, "input"));
  const int32_t parts = op.attrs<SplitAttrs>().num_splits;
  ATOLL_TRY(check_output_count(op, parts));
  if (!wanted) return given(op);
  ATOLL_ASSIGN(const size_t axis, axis_of(input->shape, *wanted));
  if (parts < 1 || input->shape[axis] % parts != 0) {
    return invalid("axis {} of its input {} can't be split into {} equal parts", axis, shape_text(input->shape), parts);
  }
  Shape output = input->shape;
  output[axis] /= parts;
  return std::vector<std::optional<Shape>>(op.op.outputs.size(), output);
}

namespace {

// The parts of an axis of `whole` elements; one may be -1: what the others leave.
Result<std::vector<int64_t>> split_sizes(std::vector<int64_t> sizes, int64_t whole) {
  int64_t sum = 0;
  int64_t* open = nullptr;
  for (int64_t& size : sizes) {
    if (size == -1 && open == nullptr) {
      open = &size;
    } else if (size < 0 || size > whole) {
      return invalid("it asks for a part of {} of {} elements", size, whole);
    } else {
      sum += size;
    }
  }
  if (open != nullptr && sum <= whole) *open = whole - sum, sum = whole;
  if (sum == whole) return sizes;
  return invalid("its parts {} do not add up to {} elements", fmt::join(sizes, ", "), whole);
}

}  // namespace

InferredAll split_v(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto wanted_sizes, steering(op, 1, "sizes"));
  ATOLL_ASSIGN(const auto wanted_axis, steering_scalar(op, 2, "axis"));
  ATOLL_TRY(check_output_count(op, op.attrs<SplitAttrs>().num_splits));
  if (!wanted_sizes || !wanted_axis) return given(op);
  ATOLL_TRY(check_output_count(op, static_cast<int64_t>(wanted_sizes->size())));
  ATOLL_ASSIGN(const size_t axis, axis_of(input->shape, *wanted_axis));
  ATOLL_ASSIGN(const auto sizes, split_sizes(*wanted_sizes, input->shape[axis]));
  std::vector<std::optional<Shape>> outputs;
  for (const int64_t size : sizes) {
    outputs.emplace_back(input->shape);
    (*outputs.back())[axis] = static_cast<int32_t>(size);
  }
  return outputs;
}

Inferred slice(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto begins, steering(op, 1, "begins"));
  ATOLL_ASSIGN(const auto sizes, steering(op, 2, "sizes"));
  if (!begins || !sizes) return std::optional<Shape>();
  const size_t rank = input->shape.size();
  if (begins->size() != rank || sizes->size() != rank) {
    return invalid("it has {} begins and {} sizes for the {} axes of its input", begins->size(), sizes->size(), rank);
  }
  Shape output;
  for (size_t i = 0; i < rank; ++i) {
    const int64_t whole = input->shape[i], begin = (*begins)[i];
    const int64_t size = (*sizes)[i] == -1 ? whole - begin : (*sizes)[i];
    if (begin < 0 || begin > whole || size < 0 || size > whole - begin) {
      return invalid("it takes {} elements from {} on of axis {} of its input {}", size, begin, i,
                     shape_text(input->shape));
    }
    output.push_back(static_cast<int32_t>(size));
  }
  return std::optional(std::move(output));
}

Inferred strided_slice(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const auto begins, steering(op, 1, "begins"));
  ATOLL_ASSIGN(const auto ends, steering(op, 2, "ends"));
  ATOLL_ASSIGN(const auto strides, steering(op, 3, "strides"));
  if (!begins || !ends || !strides) return std::optional<Shape>();
  ATOLL_ASSIGN(StridedRanges ranges,
               strided_ranges(input->shape, *begins, *ends, *strides, op.attrs<StridedSliceAttrs>()));
  return std::optional(std::move(ranges.output));
}

Inferred gather(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const Tensor* indices, needed(op, 1, "indices"));
  const auto& attrs = op.attrs<GatherAttrs>();
  ATOLL_ASSIGN(const size_t axis, axis_of(input->shape, attrs.axis));
  const int64_t batch =
      attrs.batch_dims < 0 ? attrs.batch_dims + static_cast<int64_t>(indices->shape.size()) : attrs.batch_dims;
  if (batch < 0 || batch > static_cast<int64_t>(axis) || batch > static_cast<int64_t>(indices->shape.size()) ||
      !std::equal(input->shape.begin(), input->shape.begin() + batch, indices->shape.begin())) {
    return invalid("its input {} and indices {} do not share {} axes before axis {}", shape_text(input->shape),
                   shape_text(indices->shape), attrs.batch_dims, axis);
  }
  const auto at = input->shape.begin() + static_cast<int64_t>(axis);
  Shape output(input->shape.begin(), at);
  append(output, indices->shape.begin() + batch, indices->shape.end());
  append(output, at + 1, input->shape.end());
  return std::optional(std::move(output));
}

Inferred gather_nd(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const Tensor* indices, needed(op, 1, "indices"));
  const auto rank = static_cast<int32_t>(input->shape.size());
  if (rank == 0 || indices->shape.empty() || indices->shape.back() > rank) {
    return invalid("its indices {} are too long for its input {}", shape_text(indices->shape),
                   shape_text(input->shape));
  }
  Shape output(indices->shape.begin(), indices->shape.end() - 1);
  append(output, input->shape.begin() + indices->shape.back(), input->shape.end());
  return std::optional(std::move(output));
}

Inferred scatter_nd(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* indices, needed(op, 0, "indices"));
  ATOLL_ASSIGN(const Tensor* updates, needed(op, 1, "updates"));
  ATOLL_ASSIGN(const auto wanted, steering(op, 2, "shape"));
  if (!wanted) return std::optional<Shape>();
  Shape output;
  for (const int64_t value : *wanted) {
    ATOLL_ASSIGN(const int32_t one, extent(value));
    output.push_back(one);
  }
  if (indices->shape.empty() || static_cast<size_t>(indices->shape.back()) > output.size()) {
    return invalid("its indices {} are too long for its shape {}", shape_text(indices->shape), shape_text(output));
  }
  Shape expected(indices->shape.begin(), indices->shape.end() - 1);
  append(expected, output.begin() + indices->shape.back(), output.end());
  if (updates->shape != expected) {
    return invalid("its updates have shape {}; its indices {} and shape {} need {}", shape_text(updates->shape),
                   shape_text(indices->shape), shape_text(output), shape_text(expected));
  }
  return std::optional(std::move(output));
}

}  // namespace atl::graph::shape_rules

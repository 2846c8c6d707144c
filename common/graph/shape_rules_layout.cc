// Operators that move elements, and reductions.
#include <algorithm>

#include "common/graph/shape_rules.h"

namespace atl::graph::shape_rules {

Inferred concatenation(const OpView& op) {
  const auto& attrs = op.attrs<ConcatenationAttrs>();
  ATOLL_ASSIGN(const Tensor* first, needed(op, 0, "first part"));
  const auto rank = static_cast<int32_t>(first->shape.size());
  const int32_t axis = attrs.axis < 0 ? attrs.axis + rank : attrs.axis;
  if (axis < 0 || axis >= rank) {
    return invalid("its axis {} is outside the {} axes of its input {}", attrs.axis, rank, shape_text(first->shape));
  }
  int64_t joined = 0;
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    ATOLL_ASSIGN(const Tensor* part, needed(op, i, "part"));
    Shape expected = first->shape;
    if (part->shape.size() == expected.size()) expected[axis] = part->shape[axis];
    if (part->shape != expected) {
      return invalid("its inputs {} and {} differ outside axis {}", shape_text(first->shape), shape_text(part->shape),
                     axis);
    }
    joined += part->shape[axis];
  }
  if (joined > kMaxTensorElements) return invalid("its inputs have {} elements along axis {}", joined, axis);
  Shape output = first->shape;
  output[axis] = static_cast<int32_t>(joined);
  return std::optional(std::move(output));
}

namespace {

// The shape a reshape asks for, with -1 for an extent to be worked out; nothing when it is computed.
// As in the reference runtime, a shape input that is no int32 vector counts as absent, and an attribute of [0] is how
// early converters wrote a scalar.
std::optional<std::vector<int64_t>> requested_shape(const OpView& op) {
  const Tensor* shape = op.input(1);
  if (shape != nullptr && shape->type == DType::kInt32 && shape->shape.size() == 1) {
    return shape->is_constant() ? constant_integers(*shape) : std::nullopt;
  }
  const auto& new_shape = op.attrs<ReshapeAttrs>().new_shape;
  if (new_shape.size() == 1 && new_shape[0] == 0) return std::vector<int64_t>{};
  return std::vector<int64_t>(new_shape.begin(), new_shape.end());
}

}  // namespace

Inferred reshape(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  const auto requested = requested_shape(op);
  if (!requested) return std::optional<Shape>();
  const int64_t elements = checked_num_elements(input->shape).value_or(0);
  Shape output;
  int64_t known = 1;
  int wildcards = 0;
  for (int64_t extent : *requested) {
    const bool fits = extent >= -1 && extent <= kMaxTensorElements;
    if (extent == -1) {
      ++wildcards;
    } else if (fits) {
      known = std::min(known * extent, kMaxTensorElements + 1);
    }
    if (!fits || wildcards > 1) {
      return invalid("it asks for shape {}; one extent may be -1, the others must be 0 or more",
                     fmt::join(*requested, "x"));
    }
    output.push_back(static_cast<int32_t>(extent));
  }
  const bool divides = wildcards == 0 ? known == elements : known > 0 && elements % known == 0;
  if (!divides) {
    return invalid("it asks for shape {} of {} elements ({})", requested->empty() ? "scalar" : shape_text(output),
                   elements, shape_text(input->shape));
  }
  const auto wildcard = std::find(output.begin(), output.end(), -1);
  if (wildcard != output.end()) *wildcard = static_cast<int32_t>(elements / known);
  return std::optional(std::move(output));
}

namespace {

// Which axes a list of axis numbers (negative: from the end) means.
Result<std::vector<bool>> marked_axes(const std::vector<int64_t>& axes, const Shape& shape) {
  const auto rank = static_cast<int64_t>(shape.size());
  std::vector<bool> marked(shape.size());
  for (int64_t axis : axes) {
    const int64_t positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) {
      return invalid("its axis {} is outside the {} axes of its input {}", axis, rank, shape_text(shape));
    }
    marked[static_cast<size_t>(positive)] = true;
  }
  return marked;
}

}  // namespace

Inferred squeeze(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  const auto& dims = op.attrs<SqueezeAttrs>().squeeze_dims;
  ATOLL_ASSIGN(const std::vector<bool> marked,
               marked_axes(std::vector<int64_t>(dims.begin(), dims.end()), input->shape));
  Shape output;
  for (size_t i = 0; i < input->shape.size(); ++i) {
    if (marked[i] && input->shape[i] != 1) {
      return invalid("it drops axis {} of its input {}, whose extent is not 1", i, shape_text(input->shape));
    }
    const bool dropped = dims.empty() ? input->shape[i] == 1 : marked[i];
    if (!dropped) output.push_back(input->shape[i]);
  }
  return std::optional(std::move(output));
}

Inferred reduction(const OpView& op) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const Tensor* axes, needed(op, 1, "axes"));
  const auto values = constant_integers(*axes);
  if (input->shape.empty()) return std::optional(Shape{});  // whatever the axes
  if (!values) return std::optional<Shape>();
  ATOLL_ASSIGN(const std::vector<bool> reduced, marked_axes(*values, input->shape));
  Shape output;
  for (size_t i = 0; i < input->shape.size(); ++i) {
    if (!reduced[i]) {
      output.push_back(input->shape[i]);
    } else if (op.attrs<ReduceAttrs>().keep_dims) {
      output.push_back(1);
    }
  }
  return std::optional(std::move(output));
}

namespace {

// The input with its paddings; limit(op, extent) is the most that an axis may get on either side.
Result<std::optional<Shape>> padded(const OpView& op, int64_t (*limit)(const OpView&, int32_t extent)) {
  ATOLL_ASSIGN(const Tensor* input, needed(op, 0, "input"));
  ATOLL_ASSIGN(const Tensor* paddings, needed(op, 1, "paddings"));
  const size_t rank = input->shape.size();
  if (paddings->shape != Shape{static_cast<int32_t>(rank), 2}) {
    return invalid("its paddings have shape {}; {}x2 is needed for its input {}", shape_text(paddings->shape), rank,
                   shape_text(input->shape));
  }
  const auto values = constant_integers(*paddings);
  if (!values || values->size() != 2 * rank) return std::optional<Shape>();
  Shape output;
  for (size_t i = 0; i < rank; ++i) {
    const int64_t before = (*values)[2 * i];
    const int64_t after = (*values)[2 * i + 1];
    const int64_t most = limit(op, input->shape[i]);
    if (before < 0 || after < 0 || before > most || after > most ||
        before + after + input->shape[i] > kMaxTensorElements) {
      return invalid("it pads axis {} of its input {} by {} and {}; both must be {} and the result below 2^31", i,
                     shape_text(input->shape), before, after,
                     most == kMaxTensorElements ? "0 or more" : fmt::format("0 to {}", most));
    }
    output.push_back(static_cast<int32_t>(before + after + input->shape[i]));
  }
  return std::optional(std::move(output));
}

}  // namespace

Inferred padding(const OpView& op) {
  return padded(op, [](const OpView&, int32_t) { return kMaxTensorElements; });
}

// A mirror shows no more than there is: the border itself too in symmetric mode.
Inferred mirror_padding(const OpView& op) {
  return padded(op, [](const OpView& view, int32_t extent) {
    return int64_t{extent} - (view.attrs<MirrorPadAttrs>().symmetric ? 0 : 1);
  });
}

}  // namespace atl::graph::shape_rules

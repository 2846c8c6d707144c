#include "compiler/lower/selection.h"

#include <algorithm>
#include <cmath>

#include "common/graph/strided_slice.h"
#include "compiler/lower/lowering.h"

namespace atl::compiler {
namespace {

using graph::OpKind;
using graph::OpView;
using Integers = std::vector<int64_t>;

// The values of an input that steers the op.
Result<Integers> steering(const OpView& op, size_t position) {
  if (op.input(position) != nullptr) {
    if (auto values = graph::constant_integers(*op.input(position))) return *std::move(values);
  }
  return make_error(ErrorCode::kUnsupported, "input {} is computed", position);
}

size_t normal_axis(int64_t axis, size_t rank) {
  return static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis);
}

IndexMap whole(const graph::Shape& shape) {
  IndexMap map;
  for (const int32_t extent : shape) map.push_back(AxisChoice::all(extent));
  return map;
}

Result<std::vector<Selection>> slice(const OpView& op) {
  ATOLL_ASSIGN(const Integers begins, steering(op, 1));
  const graph::Shape &in = op.input(0)->shape, &out = op.output(0).shape;
  Selection result;
  for (size_t d = 0; d < in.size(); ++d) result.map.push_back(AxisChoice::stepped(in[d], begins[d], 1, out[d]));
  return std::vector<Selection>{std::move(result)};
}

Result<std::vector<Selection>> strided_slice(const OpView& op) {
  ATOLL_ASSIGN(const Integers begins, steering(op, 1));
  ATOLL_ASSIGN(const Integers ends, steering(op, 2));
  ATOLL_ASSIGN(const Integers strides, steering(op, 3));
  const graph::Shape& in = op.input(0)->shape;
  ATOLL_ASSIGN(const graph::StridedRanges ranges,
               graph::strided_ranges(in, begins, ends, strides, op.attrs<graph::StridedSliceAttrs>()));
  Selection result;
  for (size_t d = 0; d < in.size(); ++d) {
    result.map.push_back(AxisChoice::stepped(in[d], ranges.begin[d], ranges.stride[d], ranges.count[d]));
  }
  return std::vector<Selection>{std::move(result)};
}

// Parts of an axis of input `data`, one an output, one behind the other.
std::vector<Selection> parts(const OpView& op, size_t data, size_t axis, const Integers& extents) {
  const graph::Shape& in = op.input(data)->shape;
  std::vector<Selection> results;
  int64_t begin = 0;
  for (size_t k = 0; k < extents.size(); ++k) {
    Selection part{data, k, whole(in)};
    part.map[axis] = AxisChoice::stepped(in[axis], begin, 1, extents[k]);
    begin += extents[k];
    results.push_back(std::move(part));
  }
  return results;
}

Result<std::vector<Selection>> split(const OpView& op, size_t data, size_t axis_input) {
  ATOLL_ASSIGN(const Integers stated, steering(op, axis_input));
  const size_t axis = normal_axis(stated[0], op.input(data)->shape.size());
  Integers extents;
  for (size_t k = 0; k < op.op.outputs.size(); ++k) extents.push_back(op.output(k).shape[axis]);
  return parts(op, data, axis, extents);
}

std::vector<Selection> unpack(const OpView& op) {
  const size_t axis = normal_axis(op.attrs<graph::UnpackAttrs>().axis, op.input(0)->shape.size());
  return parts(op, 0, axis, Integers(op.op.outputs.size(), 1));
}

Result<std::vector<Selection>> mirror_pad(const OpView& op) {
  ATOLL_ASSIGN(const Integers paddings, steering(op, 1));
  const graph::Shape &in = op.input(0)->shape, &out = op.output(0).shape;
  const int64_t border = op.attrs<graph::MirrorPadAttrs>().symmetric ? 1 : 0;  // 1: the border itself is mirrored too
  Selection result;
  for (size_t d = 0; d < in.size(); ++d) {
    AxisChoice choice{in[d], {}};
    for (int64_t o = 0; o < out[d]; ++o) {
      const int64_t at = o - paddings[2 * d];
      choice.index.push_back(at < 0 ? -at - border : at >= in[d] ? 2 * (in[d] - 1) - at + border : at);
    }
    result.map.push_back(std::move(choice));
  }
  return std::vector<Selection>{std::move(result)};
}

// TILE and BROADCAST_TO: the input again and again, along axes counted from the last.
std::vector<Selection> repeated(const OpView& op) {
  const graph::Shape &in = op.input(0)->shape, &out = op.output(0).shape;
  const size_t added = out.size() - in.size();
  Selection result;
  for (size_t d = 0; d < out.size(); ++d) {
    AxisChoice choice{d < added ? 1 : in[d - added], {}};
    for (int64_t o = 0; o < out[d]; ++o) choice.index.push_back(o % choice.input_extent);
    result.map.push_back(std::move(choice));
  }
  return std::vector<Selection>{std::move(result)};
}

Result<std::vector<Selection>> gather(const OpView& op) {
  const auto& attrs = op.attrs<graph::GatherAttrs>();
  if (attrs.batch_dims != 0) {
    return make_error(ErrorCode::kUnsupported, "every batch has indices of its own (batch_dims {})", attrs.batch_dims);
  }
  ATOLL_ASSIGN(const Integers indices, steering(op, 1));
  const graph::Shape& in = op.input(0)->shape;
  Selection result{0, 0, whole(in)};
  result.map[normal_axis(attrs.axis, in.size())].index = indices;
  return std::vector<Selection>{std::move(result)};
}

Result<std::vector<Selection>> reverse(const OpView& op) {
  ATOLL_ASSIGN(const Integers axes, steering(op, 1));
  const graph::Shape& in = op.input(0)->shape;
  const auto rank = static_cast<int64_t>(in.size());
  Selection result{0, 0, whole(in)};
  for (const int64_t axis : axes) {
    if (axis < -rank || axis >= rank) return make_error(ErrorCode::kUnsupported, "axis {} is outside the rank", axis);
    const size_t d = normal_axis(axis, in.size());
    result.map[d] = AxisChoice::stepped(in[d], in[d] - 1, -1, in[d]);
  }
  return std::vector<Selection>{std::move(result)};
}

// Output pixel i shows input pixel floor((i + offset) scale), or with aligned corners the nearest one, ties away from
// zero, at most the last. scale is I / O, aligned (I - 1) / (O - 1); offset is 1/2 for half pixel centers. In float32,
// as the reference does it.
AxisChoice nearest(int32_t input, int32_t output, const graph::ResizeAttrs& attrs) {
  const bool aligned = attrs.align_corners && output > 1;
  const float scale =
      static_cast<float>(aligned ? input - 1 : input) / static_cast<float>(aligned ? output - 1 : output);
  AxisChoice choice{input, {}};
  for (int32_t o = 0; o < output; ++o) {
    const float at = (static_cast<float>(o) + (attrs.half_pixel_centers ? 0.5f : 0.0f)) * scale;
    const auto place = static_cast<int64_t>(attrs.align_corners ? std::round(at) : std::floor(at));
    choice.index.push_back(std::clamp<int64_t>(place, 0, input - 1));
  }
  return choice;
}

std::vector<Selection> resize_nearest(const OpView& op) {
  const graph::Shape &in = op.input(0)->shape, &out = op.output(0).shape;
  const auto& attrs = op.attrs<graph::ResizeAttrs>();
  Selection result{0, 0, whole(in)};
  for (const size_t d : {size_t{1}, size_t{2}}) result.map[d] = nearest(in[d], out[d], attrs);
  return {std::move(result)};
}

Result<std::vector<Selection>> unchecked(const OpView& op) {
  switch (op.op.kind) {
    case OpKind::kSlice: return slice(op);
    case OpKind::kStridedSlice: return strided_slice(op);
    case OpKind::kSplit: return split(op, 1, 0);
    case OpKind::kSplitV: return split(op, 0, 2);
    case OpKind::kUnpack: return unpack(op);
    case OpKind::kMirrorPad: return mirror_pad(op);
    case OpKind::kTile:
    case OpKind::kBroadcastTo: return repeated(op);
    case OpKind::kGather: return gather(op);
    case OpKind::kReverse: return reverse(op);
    case OpKind::kResizeNearestNeighbor: return resize_nearest(op);
    default: break;
  }
  ATOLL_CHECK(false, "{} is no selection", graph::op_info(op.op.kind).name);
}

}  // namespace

Result<std::vector<Selection>> selections(const OpView& op) {
  ATOLL_ASSIGN(std::vector<Selection> results, unchecked(op));
  for (const Selection& selection : results) {
    for (const AxisChoice& choice : selection.map) {
      for (const int64_t index : choice.index) {
        if (index >= 0 && index < choice.input_extent) continue;
        return make_error(ErrorCode::kUnsupported, "element {} of an axis of {} is asked for", index,
                          choice.input_extent);
      }
    }
  }
  return results;
}

void lower_selection(const OpView& op, SegmentBuilder& builder) {
  const auto chosen = selections(op);
  ATOLL_CHECK(chosen.ok(), "the rules have let it pass");
  for (const Selection& selection : *chosen) {
    const auto flat = [&](int32_t tensor) {
      return builder.view(tensor, Dims{graph::num_elements(op.subgraph.tensors[static_cast<size_t>(tensor)].shape)});
    };
    add_selection(flat(op.op.inputs[selection.input]), flat(op.op.outputs[selection.output]), selection.map, builder);
  }
}

}  // namespace atl::compiler

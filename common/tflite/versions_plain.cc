#include "common/tflite/versions_plain.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace atl::tflite {
namespace {

using graph::DType;
using graph::OpKind;

constexpr DType kI4 = DType::kInt4, kI8 = DType::kInt8, kU8 = DType::kUint8, kI16 = DType::kInt16, kI32 = DType::kInt32,
                kU32 = DType::kUint32, kI64 = DType::kInt64, kF16 = DType::kFloat16, kF64 = DType::kFloat64,
                kC64 = DType::kComplex64, kBool = DType::kBool, kString = DType::kString;

using Versions = std::initializer_list<std::pair<DType, int32_t>>;

// An operator with its tensors.
class Operands {
 public:
  Operands(const graph::Subgraph& subgraph, const graph::Op& op) : subgraph_(subgraph), op_(op) {}

  bool is(size_t input, DType type) const { return tensor(input) != nullptr && tensor(input)->type == type; }
  bool any_is(DType type) const {  // input or output
    const auto has = [&](int32_t index) { return at(index) != nullptr && at(index)->type == type; };
    return std::any_of(op_.inputs.begin(), op_.inputs.end(), has) ||
           std::any_of(op_.outputs.begin(), op_.outputs.end(), has);
  }
  size_t rank(size_t input) const { return tensor(input) == nullptr ? 0 : tensor(input)->shape.size(); }
  bool has_scale(size_t input) const { return tensor(input) != nullptr && tensor(input)->quant.present(); }
  float scale(size_t input) const { return scale_of(tensor(input)); }
  float output_scale() const { return scale_of(op_.outputs.empty() ? nullptr : at(op_.outputs[0])); }

  // Two inputs of different shapes, one of more than four axes.
  bool broadcasts_many_axes() const {
    const graph::Tensor *a = tensor(0), *b = tensor(1);
    return a != nullptr && b != nullptr && a->shape != b->shape && std::max(a->shape.size(), b->shape.size()) > 4;
  }

  // The version of the first pair whose type input `input` has, else `otherwise`.
  int32_t by_type(Versions versions, size_t input = 0, int32_t otherwise = 1) const {
    for (const auto& [type, version] : versions) {
      if (is(input, type)) return version;
    }
    return otherwise;
  }

 private:
  const graph::Tensor* at(int32_t index) const {
    const bool known = index >= 0 && static_cast<size_t>(index) < subgraph_.tensors.size();
    return known ? &subgraph_.tensors[static_cast<size_t>(index)] : nullptr;
  }
  const graph::Tensor* tensor(size_t input) const {
    return input < op_.inputs.size() ? at(op_.inputs[input]) : nullptr;
  }
  static float scale_of(const graph::Tensor* tensor) {
    return tensor == nullptr || tensor->quant.scale.empty() ? 0 : tensor->quant.scale[0];
  }

  const graph::Subgraph& subgraph_;
  const graph::Op& op_;
};

int32_t mul_version(const Operands& operands) {
  if (operands.is(0, kI16)) return operands.has_scale(0) ? 4 : 7;
  const int32_t by_type = operands.by_type({{kF16, 8}, {kU32, 7}, {kC64, 6}, {kI64, 5}});
  if (by_type != 1) return by_type;
  const float a = operands.scale(0), b = operands.scale(1), out = operands.output_scale();
  if (a != 0 && b != 0 && out != 0 && a * b / out >= 1) return 3;
  return operands.is(0, kI8) ? 2 : 1;
}

int32_t sub_version(const Operands& operands, const graph::AddAttrs& attrs) {
  if (operands.is(0, kI16) && operands.has_scale(0) && !attrs.pot_scale_int16) return 5;
  if (operands.is(0, kI64)) return 4;
  if (operands.broadcasts_many_axes()) return 3;
  return operands.is(0, kI8) ? 2 : 1;
}

std::optional<int32_t> elementwise_version(const Operands& operands, const graph::Op& op) {
  switch (op.kind) {
    case OpKind::kMul: return mul_version(operands);
    case OpKind::kSub: return sub_version(operands, std::get<graph::AddAttrs>(op.attrs));
    case OpKind::kDiv: return operands.broadcasts_many_axes() ? 2 : 1;
    case OpKind::kMaximum:
    case OpKind::kMinimum:
      if (operands.is(0, kI16)) return 4;
      return operands.broadcasts_many_axes() ? 3 : operands.by_type({{kI8, 2}});
    case OpKind::kFloorDiv: return operands.by_type({{kI16, 3}, {kI8, 3}, {DType::kFloat32, 2}});
    case OpKind::kFloorMod: return operands.by_type({{kI16, 2}, {kI8, 2}});
    case OpKind::kEqual: return operands.by_type({{kI16, 5}, {kString, 3}, {kI8, 2}});
    case OpKind::kNotEqual: return operands.by_type({{kI16, 4}, {kString, 3}, {kI8, 2}});
    case OpKind::kLess:
    case OpKind::kGreaterEqual: return operands.by_type({{kI16, 3}, {kI8, 2}});
    case OpKind::kGreater:
    case OpKind::kLessEqual:
    case OpKind::kSquaredDifference:
    case OpKind::kLogSoftmax:
    case OpKind::kL2Normalization: return operands.by_type({{kI8, 2}});
    case OpKind::kAbs:
      if (operands.is(0, kI16)) return operands.has_scale(0) ? 3 : 4;
      return operands.by_type({{kI32, 5}, {kI8, 2}, {kU8, 2}});
    case OpKind::kTanh:
    case OpKind::kLogistic:
    case OpKind::kRsqrt: return operands.by_type({{kI16, 3}, {kI8, 2}});
    case OpKind::kExp:
    case OpKind::kLog:
    case OpKind::kSqrt: return operands.by_type({{kI16, 2}, {kI8, 2}});
    case OpKind::kSign: return operands.by_type({{kI32, 2}});
    case OpKind::kLeakyRelu: return operands.by_type({{kI16, 2}});
    case OpKind::kFakeQuant: return std::get<graph::FakeQuantAttrs>(op.attrs).narrow_range ? 2 : 1;
    case OpKind::kGelu: return operands.by_type({{kF16, 3}, {kI8, 2}, {kU8, 2}});
    case OpKind::kSelect:
      if (operands.rank(0) == 5 || operands.rank(1) == 5 || operands.rank(2) == 5) return 3;
      return operands.by_type({{kI8, 2}}, 1);
    case OpKind::kCast:
      if (operands.any_is(kF64) || operands.any_is(kF16)) return 5;
      if (operands.is(0, kI4)) return 6;
      return operands.any_is(kI8) ? 3 : operands.any_is(kU32) ? 2 : 1;
    default: return std::nullopt;
  }
}

std::optional<int32_t> reduction_version(const Operands& operands, OpKind kind) {
  switch (kind) {
    case OpKind::kSum: return operands.by_type({{kI8, 2}});
    case OpKind::kReduceMax:
    case OpKind::kReduceMin: return operands.by_type({{kI16, 3}, {kI8, 2}});
    case OpKind::kReduceProd: return operands.by_type({{kI16, 2}, {kI8, 2}});
    case OpKind::kArgMax:
    case OpKind::kArgMin: return operands.by_type({{kBool, 3}, {kI8, 2}});
    case OpKind::kTopK: return operands.any_is(kI16) ? 3 : operands.by_type({{kI8, 2}});
    case OpKind::kRange: return operands.by_type({{kI64, 2}});
    default: return std::nullopt;
  }
}

int32_t slice_version(const Operands& operands) {
  if (operands.is(0, kI4)) return 7;
  if (operands.is(0, kU32)) return 6;
  if (operands.rank(0) > 4) return 5;
  return operands.by_type({{kF16, 8}, {kI16, 4}, {kString, 3}, {kI8, 2}});
}

int32_t strided_slice_version(const Operands& operands, const graph::StridedSliceAttrs& attrs) {
  if (attrs.offset) return 8;
  if (operands.is(0, kU32)) return 7;
  if (attrs.ellipsis_mask != 0 || attrs.new_axis_mask != 0) return 6;
  if (operands.is(0, kString)) return 5;
  if (operands.rank(0) > 4) return 4;
  return operands.by_type({{kBool, 3}, {kI8, 2}});
}

int32_t transpose_version(const Operands& operands) {
  if (operands.is(0, kF16)) return 9;
  if (operands.rank(0) > 6) return 8;
  if (operands.is(0, kI4)) return 7;
  if (operands.rank(0) > 5) return 6;
  if (operands.is(0, kI16)) return 5;
  return operands.rank(0) > 4 ? 4 : operands.by_type({{kBool, 3}, {kI8, 2}});
}

int32_t gather_version(const Operands& operands, const graph::GatherAttrs& attrs) {
  if (operands.is(0, kI4)) return 7;
  if (operands.is(1, kI16)) return 6;
  if (attrs.batch_dims != 0) return 5;
  return operands.by_type({{kI16, 4}, {kBool, 3}, {kI8, 2}});
}

int32_t resize_version(const Operands& operands, bool has_option) {
  if (operands.is(0, kI16)) return 4;
  return has_option ? 3 : operands.by_type({{kI8, 2}});
}

std::optional<int32_t> move_version(const Operands& operands, const graph::Op& op) {
  switch (op.kind) {
    case OpKind::kSlice: return slice_version(operands);
    case OpKind::kStridedSlice: return strided_slice_version(operands, std::get<graph::StridedSliceAttrs>(op.attrs));
    case OpKind::kTranspose: return transpose_version(operands);
    case OpKind::kGather: return gather_version(operands, std::get<graph::GatherAttrs>(op.attrs));
    case OpKind::kGatherNd:
      if (operands.is(0, kBool)) return 5;
      return operands.is(1, kI16) ? 4 : operands.by_type({{kI16, 3}, {kString, 2}});
    case OpKind::kSplit: return operands.by_type({{kI16, 4}, {kI32, 3}, {kI8, 2}}, 1);
    case OpKind::kSplitV:
    case OpKind::kSpaceToDepth: return operands.by_type({{kI8, 2}});
    case OpKind::kDepthToSpace: return 1;  // the reference's plain kernels know no 2, which int8 came with
    case OpKind::kPack: return operands.by_type({{kI8, 2}, {kI16, 3}, {kU32, 4}});
    case OpKind::kUnpack: return operands.by_type({{kI8, 2}, {kU8, 2}, {kBool, 3}, {kI16, 4}, {kF16, 5}});
    case OpKind::kTile: return operands.by_type({{kI8, 2}, {kString, 2}});  // int8 came with 3; as above
    case OpKind::kPadV2:
      if (operands.is(0, kBool)) return 5;
      return operands.rank(0) > 4 ? 4 : operands.by_type({{kI16, 3}, {kI8, 2}});
    case OpKind::kMirrorPad: return operands.by_type({{kI16, 3}, {kI8, 2}});
    case OpKind::kReverse: return operands.by_type({{kI8, 3}, {kBool, 2}});
    case OpKind::kBroadcastTo: return operands.by_type({{kI8, 3}, {kI16, 3}}, 0, 2);  // 1 was withdrawn
    case OpKind::kFill: return operands.by_type({{kF16, 4}, {kI8, 3}, {kI16, 3}, {kBool, 2}, {kString, 2}}, 1);
    case OpKind::kSpaceToBatchNd:
    case OpKind::kBatchToSpaceNd:
      if (operands.is(0, kI16)) return 4;
      return operands.rank(0) != 4 ? 3 : operands.by_type({{kI8, 2}});
    case OpKind::kResizeBilinear:
      return resize_version(operands, std::get<graph::ResizeAttrs>(op.attrs).half_pixel_centers);
    case OpKind::kResizeNearestNeighbor: {
      const auto& attrs = std::get<graph::ResizeAttrs>(op.attrs);
      return resize_version(operands, attrs.half_pixel_centers || attrs.align_corners);
    }
    case OpKind::kDynamicUpdateSlice:
      return operands.is(2, kI64) ? operands.by_type({{kI4, 5}, {kI16, 4}, {kF16, 3}}, 0, 2)
                                  : operands.by_type({{kI4, 5}, {kI16, 4}, {kF16, 3}});
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<int32_t> lowest_plain_version(const graph::Subgraph& subgraph, const graph::Op& op) {
  const Operands operands(subgraph, op);
  if (const auto version = elementwise_version(operands, op)) return version;
  if (const auto version = reduction_version(operands, op.kind)) return version;
  return move_version(operands, op);
}

}  // namespace atl::tflite

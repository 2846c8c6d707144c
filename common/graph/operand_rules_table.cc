// Operators whose rules are a list of types, and for quantized ones the parameters of their activations.
#include <fmt/format.h>

#include "common/graph/operand_checks.h"
#include "common/graph/operand_rules.h"
#include "common/graph/type_pattern.h"

namespace atl::graph {
namespace {

using Types = std::initializer_list<DType>;

constexpr DType kF32 = DType::kFloat32, kF64 = DType::kFloat64, kU8 = DType::kUint8, kI8 = DType::kInt8,
                kI16 = DType::kInt16, kI32 = DType::kInt32, kI64 = DType::kInt64, kBool = DType::kBool;

// T of the texts; empty: any type of whole bytes.
constexpr Types kAny = {};
constexpr Types kFloat = {kF32};
constexpr Types kBytes = {kF32, kU8, kI8};
constexpr Types kSigned = {kF32, kI8, kI16};
constexpr Types kActivations = {kF32, kU8, kI8, kI16};
constexpr Types kNumbers = {kF32, kU8, kI8, kI16, kI32, kI64};
constexpr Types kComparable = {kF32, kU8, kI8, kI16, kI32, kI64, kBool};
constexpr Types kSums = {kF32, kI32, kI64};
constexpr Types kIndices = {kI32, kI64};

Error unknown_types(const OpView& op, std::initializer_list<std::string_view> texts, Types types) {
  std::vector<std::string_view> names;
  for (const DType type : types) names.push_back(dtype_name(type));
  const std::string where = names.empty() ? "" : fmt::format(", with T one of {}", fmt::join(names, ", "));
  return make_error(ErrorCode::kInvalid, "its types are {}; known are {}{}", types_seen(op), fmt::join(texts, "; "),
                    where);
}

Status check_types(const OpView& op, std::initializer_list<std::string_view> texts, Types types = kAny) {
  for (const std::string_view text : texts) {
    if (types_match(text, types, op)) return {};
  }
  return unknown_types(op, texts, types);
}

// 8-bit operands, and 16-bit ones that have a scale, are values of one scale for the whole tensor.
Status check_parameters(const Tensor& tensor, const char* what) {
  const bool eight_bit = tensor.type == kU8 || tensor.type == kI8;
  if (!eight_bit && !(tensor.type == kI16 && tensor.quant.present())) return {};
  ATOLL_TRY(check_per_tensor(tensor, what));
  return check_symmetric_int16(tensor, what);
}

Status check_quantized(const OpView& op, std::initializer_list<std::string_view> texts, Types types) {
  ATOLL_TRY(check_types(op, texts, types));
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    if (op.input(i) != nullptr) ATOLL_TRY(check_parameters(*op.input(i), i == 0 ? "input" : "second operand"));
  }
  for (size_t i = 0; i < op.op.outputs.size(); ++i) ATOLL_TRY(check_parameters(op.output(i), "output"));
  return {};
}

}  // namespace

// Values pass through as they are: parameters don't matter.
#define ATOLL_TYPES(Name, types, ...)                        \
  template <>                                                \
  Status check_operands<OpKind::k##Name>(const OpView& op) { \
    return check_types(op, {__VA_ARGS__}, types);            \
  }
// Values are computed with.
#define ATOLL_QUANTIZED(Name, types, ...)                    \
  template <>                                                \
  Status check_operands<OpKind::k##Name>(const OpView& op) { \
    return check_quantized(op, {__VA_ARGS__}, types);        \
  }

// clang-format off
ATOLL_QUANTIZED(Mul, kNumbers, "T, T -> T", "int16, int16 -> int8|uint8", "uint32, uint32 -> uint32")
ATOLL_QUANTIZED(Sub, kNumbers, "T, T -> T")
ATOLL_QUANTIZED(Div, kNumbers, "T, T -> T")
ATOLL_TYPES(Maximum, kNumbers, "T, T -> T")
ATOLL_TYPES(Minimum, kNumbers, "T, T -> T")
ATOLL_QUANTIZED(SquaredDifference, kNumbers, "T, T -> T")
ATOLL_QUANTIZED(Prelu, kBytes, "T, T -> T", "int16, int8 -> int16")
ATOLL_TYPES(FloorDiv, kNumbers, "T, T -> T")
ATOLL_TYPES(FloorMod, kNumbers, "T, T -> T")
ATOLL_TYPES(Pow, kNumbers, "T, T -> T")
ATOLL_QUANTIZED(Equal, kComparable, "T, T -> bool")
ATOLL_QUANTIZED(NotEqual, kComparable, "T, T -> bool")
ATOLL_QUANTIZED(Less, kNumbers, "T, T -> bool")
ATOLL_QUANTIZED(LessEqual, kNumbers, "T, T -> bool")
ATOLL_QUANTIZED(Greater, kNumbers, "T, T -> bool")
ATOLL_QUANTIZED(GreaterEqual, kNumbers, "T, T -> bool")
ATOLL_TYPES(LogicalAnd, kAny, "bool, bool -> bool")
ATOLL_TYPES(LogicalOr, kAny, "bool, bool -> bool")
ATOLL_TYPES(LogicalNot, kAny, "bool -> bool")
ATOLL_TYPES(Select, kAny, "bool, T, T -> T")
ATOLL_TYPES(SelectV2, kAny, "bool, T, T -> T")

ATOLL_QUANTIZED(Abs, kNumbers, "T -> T")
ATOLL_TYPES(Neg, kNumbers, "T -> T")
ATOLL_QUANTIZED(Exp, kSigned, "T -> T")
ATOLL_QUANTIZED(Log, kSigned, "T -> T")
ATOLL_QUANTIZED(Sqrt, kSigned, "T -> T")
ATOLL_QUANTIZED(Rsqrt, kSigned, "T -> T")
ATOLL_TYPES(Square, kFloat, "T -> T")
ATOLL_TYPES(Sin, kFloat, "T -> T")
ATOLL_TYPES(Cos, kFloat, "T -> T")
ATOLL_TYPES(Floor, kFloat, "T -> T")
ATOLL_TYPES(Ceil, kFloat, "T -> T")
ATOLL_TYPES(Round, kFloat, "T -> T")
ATOLL_TYPES(FakeQuant, kFloat, "T -> T")
ATOLL_TYPES(Sign, (Types{kF32, kF64, kI32}), "T -> T")
ATOLL_TYPES(Cast, kAny, "any -> any")
ATOLL_QUANTIZED(ReluN1To1, kActivations, "T -> T")
ATOLL_QUANTIZED(Relu0To1, kActivations, "T -> T")
ATOLL_QUANTIZED(LeakyRelu, kActivations, "T -> T")
ATOLL_QUANTIZED(Elu, kSigned, "T -> T")
ATOLL_QUANTIZED(Gelu, kActivations, "T -> T")
ATOLL_QUANTIZED(HardSwish, kBytes, "T -> T")
ATOLL_QUANTIZED(Logistic, kActivations, "T -> T")
ATOLL_QUANTIZED(Tanh, kActivations, "T -> T")
ATOLL_QUANTIZED(LogSoftmax, kActivations, "T -> T")
ATOLL_QUANTIZED(L2Normalization, kBytes, "T -> T")
ATOLL_TYPES(L2Pool2D, kFloat, "T -> T")
ATOLL_TYPES(LocalResponseNormalization, kFloat, "T -> T")

ATOLL_QUANTIZED(Sum, kComparable, "T, int32 -> T")
ATOLL_TYPES(ReduceProd, kComparable, "T, int32 -> T")
ATOLL_TYPES(ReduceMax, kComparable, "T, int32 -> T")
ATOLL_TYPES(ReduceMin, kComparable, "T, int32 -> T")
ATOLL_TYPES(ReduceAny, kAny, "bool, int32 -> bool")
ATOLL_TYPES(ReduceAll, kAny, "bool, int32 -> bool")
ATOLL_TYPES(ArgMax, kComparable, "T, int32|int64 -> int32|int64")
ATOLL_TYPES(ArgMin, kComparable, "T, int32|int64 -> int32|int64")
ATOLL_TYPES(Cumsum, kSums, "T, int32 -> T")
ATOLL_TYPES(TopK, kNumbers, "T, int32|int16 -> T, int32|int16")

ATOLL_TYPES(Transpose, kAny, "T, int32|int64 -> T", "int4, int32|int64 -> int4")
ATOLL_TYPES(ExpandDims, kAny, "T, int32|int64 -> T")
ATOLL_TYPES(Split, kAny, "int32, T -> T...")
ATOLL_TYPES(SplitV, kAny, "T, int32|int64, int32 -> T...")
ATOLL_TYPES(Slice, kAny, "T, int32|int64, int32|int64 -> T", "int4, int32|int64, int32|int64 -> int4")
ATOLL_TYPES(StridedSlice, kAny, "T, int32|int64, int32|int64, int32|int64 -> T")
ATOLL_TYPES(Pack, kAny, "T... -> T")
ATOLL_TYPES(Unpack, kAny, "T -> T...")
ATOLL_TYPES(PadV2, kAny, "T, int8|int16|int32|int64, T -> T")
ATOLL_TYPES(MirrorPad, kAny, "T, int32|int64 -> T")
ATOLL_TYPES(Gather, kAny, "T, int16|int32|int64 -> T", "int4, int16|int32|int64 -> int4")
ATOLL_TYPES(GatherNd, kAny, "T, int16|int32|int64 -> T")
ATOLL_TYPES(ScatterNd, kAny, "int32, T, int32 -> T")
ATOLL_TYPES(Tile, kAny, "T, int32|int64 -> T")
ATOLL_TYPES(BroadcastTo, kAny, "T, int32|int64 -> T")
ATOLL_TYPES(BroadcastArgs, kIndices, "T, T -> T")
ATOLL_TYPES(Reverse, kAny, "T, int32 -> T")
ATOLL_TYPES(OneHot, kAny, "int32|int64, int32, T, T -> T")
ATOLL_TYPES(Fill, kAny, "int32|int64, T -> T")
ATOLL_TYPES(Range, kSums, "T, T, T -> T")
ATOLL_TYPES(Shape, kAny, "any -> int32|int64")
ATOLL_TYPES(Rank, kAny, "any -> int32")
ATOLL_TYPES(SpaceToDepth, kAny, "T -> T")
ATOLL_TYPES(DepthToSpace, kAny, "T -> T")
ATOLL_TYPES(SpaceToBatchNd, kAny, "T, int32, int32 -> T")
ATOLL_TYPES(BatchToSpaceNd, kAny, "T, int32, int32 -> T")
ATOLL_TYPES(DynamicUpdateSlice, kAny, "T, T, int32|int64 -> T", "int4, int4, int32|int64 -> int4")
ATOLL_TYPES(ResizeBilinear, kActivations, "T, int32 -> T")
ATOLL_TYPES(ResizeNearestNeighbor, kAny, "T, int32 -> T")
ATOLL_TYPES(EmbeddingLookup, kAny, "int32, T -> T", "int32, int8|uint8|int4 -> float32")
ATOLL_TYPES(Densify, kAny, "T -> T")

ATOLL_TYPES(TransposeConv, kAny, "int32, float32, float32, float32? -> float32", "int32, int8, int8, int32? -> int8",
            "int32, uint8, uint8, int32? -> uint8", "int32, int8, int16, int64|int32? -> int16",
            "int32, int8, float32, float32? -> float32")
ATOLL_TYPES(BatchMatMul, kAny, "float32, float32 -> float32", "float32, int8 -> float32", "int8, int8 -> int8|int32",
            "int16, int8|int16 -> int16")
ATOLL_TYPES(Svdf, kAny, "float32, float32, float32, float32?, float32 -> float32",
            "float32, int8|uint8, any, float32?, float32 -> float32", "int8, int8, int16, int32?, int16 -> int8")
ATOLL_TYPES(UnidirectionalSequenceRnn, kAny, "float32, float32, float32, float32, float32 -> float32",
            "float32, int8|uint8, int8|uint8, float32, float32 -> float32")
ATOLL_TYPES(UnidirectionalSequenceLstm, kAny, "any, any?... -> any")
ATOLL_TYPES(BidirectionalSequenceLstm, kAny, "any, any?... -> any, any?")

ATOLL_TYPES(If, kAny, "any, any?... -> any?...")
ATOLL_TYPES(While, kAny, "any?... -> any?...")
ATOLL_TYPES(CallOnce, kAny, " -> ")
ATOLL_TYPES(VarHandle, kAny, " -> resource")
ATOLL_TYPES(ReadVariable, kAny, "resource -> any")
ATOLL_TYPES(AssignVariable, kAny, "resource, any -> ")
ATOLL_TYPES(DetectionPostProcess, kAny, "float32|uint8|int8, float32|uint8|int8, float32|uint8|int8 -> float32, float32, float32, float32")
// clang-format on

}  // namespace atl::graph

#include "common/tflite/options.h"

#include <type_traits>

#include "common/base/check.h"

namespace atl::tflite {
namespace {

using graph::OpKind;

// The option table of every operator of ops.def; a row without one here doesn't compile. NoTable: it has none.
struct NoTable {};
template <OpKind kKind>
struct TableOf;
// clang-format off
template <> struct TableOf<OpKind::kAdd> { using Type = fb::AddOptionsT; };
template <> struct TableOf<OpKind::kAveragePool2D> { using Type = fb::Pool2DOptionsT; };
template <> struct TableOf<OpKind::kConcatenation> { using Type = fb::ConcatenationOptionsT; };
template <> struct TableOf<OpKind::kConv2D> { using Type = fb::Conv2DOptionsT; };
template <> struct TableOf<OpKind::kDepthwiseConv2D> { using Type = fb::DepthwiseConv2DOptionsT; };
template <> struct TableOf<OpKind::kDequantize> { using Type = fb::DequantizeOptionsT; };
template <> struct TableOf<OpKind::kFullyConnected> { using Type = fb::FullyConnectedOptionsT; };
template <> struct TableOf<OpKind::kMaxPool2D> { using Type = fb::Pool2DOptionsT; };
template <> struct TableOf<OpKind::kRelu> { using Type = NoTable; };
template <> struct TableOf<OpKind::kRelu6> { using Type = NoTable; };
template <> struct TableOf<OpKind::kReshape> { using Type = fb::ReshapeOptionsT; };
template <> struct TableOf<OpKind::kSoftmax> { using Type = fb::SoftmaxOptionsT; };
template <> struct TableOf<OpKind::kPad> { using Type = fb::PadOptionsT; };
template <> struct TableOf<OpKind::kMean> { using Type = fb::ReducerOptionsT; };
template <> struct TableOf<OpKind::kSqueeze> { using Type = fb::SqueezeOptionsT; };
template <> struct TableOf<OpKind::kQuantize> { using Type = fb::QuantizeOptionsT; };
// clang-format on

template <OpKind kKind>
struct AttrsOf;
#define ATOLL_OP(Name, BUILTIN, code, Attrs, rule, engine, doc) \
  template <>                                                   \
  struct AttrsOf<OpKind::k##Name> {                             \
    using Type = graph::Attrs;                                  \
  };
#include "common/graph/ops.def"
#undef ATOLL_OP

// Values of the file's enumerations as ours; `problem` says what is wrong with one that the schema does not have.
struct Enums {
  std::string problem;

  graph::Padding padding(fb::Padding value) {
    return static_cast<graph::Padding>(checked("padding", static_cast<int>(value), 1));
  }
  graph::Activation activation(fb::ActivationFunctionType value) {
    return static_cast<graph::Activation>(checked("fused activation", static_cast<int>(value), 5));
  }
  graph::DType type(fb::TensorType value) {
    const auto type = graph::dtype_from_code(static_cast<int>(value));
    if (!type) problem = fmt::format("its bias type {} is unknown", static_cast<int>(value));
    return type.value_or(graph::DType::kFloat32);
  }
  int checked(const char* what, int value, int largest) {
    if (value >= 0 && value <= largest) return value;
    problem = fmt::format("its {} is {}, the format has 0 to {}", what, value, largest);
    return 0;
  }
};

// ---- table to attributes, one overload a pair -----------------------------------------------------------------------

template <typename Table>
void read(const Table&, graph::NoAttrs&, Enums&) {}

void read(const fb::Conv2DOptionsT& t, graph::Conv2DAttrs& a, Enums& enums) {
  a = {enums.padding(t.padding),
       t.stride_h,
       t.stride_w,
       t.dilation_h_factor,
       t.dilation_w_factor,
       enums.activation(t.fused_activation_function),
       enums.type(t.quantized_bias_type)};
}
void read(const fb::DepthwiseConv2DOptionsT& t, graph::DepthwiseConv2DAttrs& a, Enums& enums) {
  a = {enums.padding(t.padding),
       t.stride_h,
       t.stride_w,
       t.dilation_h_factor,
       t.dilation_w_factor,
       t.depth_multiplier,
       enums.activation(t.fused_activation_function)};
}
void read(const fb::FullyConnectedOptionsT& t, graph::FullyConnectedAttrs& a, Enums& enums) {
  const int format = enums.checked("weights format", static_cast<int>(t.weights_format), 1);
  a = {enums.activation(t.fused_activation_function), format == 1, t.keep_num_dims, t.asymmetric_quantize_inputs,
       enums.type(t.quantized_bias_type)};
}
void read(const fb::AddOptionsT& t, graph::AddAttrs& a, Enums& enums) {
  a = {enums.activation(t.fused_activation_function), t.pot_scale_int16};
}
void read(const fb::Pool2DOptionsT& t, graph::Pool2DAttrs& a, Enums& enums) {
  a = {enums.padding(t.padding), t.stride_h,     t.stride_w,
       t.filter_height,          t.filter_width, enums.activation(t.fused_activation_function)};
}
void read(const fb::ReducerOptionsT& t, graph::ReduceAttrs& a, Enums&) { a.keep_dims = t.keep_dims; }
void read(const fb::ReshapeOptionsT& t, graph::ReshapeAttrs& a, Enums&) { a.new_shape = t.new_shape; }
void read(const fb::SqueezeOptionsT& t, graph::SqueezeAttrs& a, Enums&) { a.squeeze_dims = t.squeeze_dims; }
void read(const fb::SoftmaxOptionsT& t, graph::SoftmaxAttrs& a, Enums&) { a.beta = t.beta; }
void read(const fb::ConcatenationOptionsT& t, graph::ConcatenationAttrs& a, Enums& enums) {
  a = {t.axis, enums.activation(t.fused_activation_function)};
}

// ---- attributes to table
// ----------------------------------------------------------------------------------------------

fb::Padding table_value(graph::Padding value) { return static_cast<fb::Padding>(value); }
fb::ActivationFunctionType table_value(graph::Activation value) {
  return static_cast<fb::ActivationFunctionType>(value);
}
fb::TensorType table_value(graph::DType value) { return static_cast<fb::TensorType>(value); }

template <typename Table>
void write(const graph::NoAttrs&, Table&) {}

// What the three windowed tables share.
template <typename Attrs, typename Table>
void write_window(const Attrs& a, Table& t) {
  t.padding = table_value(a.padding);
  t.stride_h = a.stride_h;
  t.stride_w = a.stride_w;
  t.fused_activation_function = table_value(a.activation);
}
void write(const graph::Conv2DAttrs& a, fb::Conv2DOptionsT& t) {
  write_window(a, t);
  t.dilation_h_factor = a.dilation_h;
  t.dilation_w_factor = a.dilation_w;
  t.quantized_bias_type = table_value(a.quantized_bias_type);
}
void write(const graph::DepthwiseConv2DAttrs& a, fb::DepthwiseConv2DOptionsT& t) {
  write_window(a, t);
  t.dilation_h_factor = a.dilation_h;
  t.dilation_w_factor = a.dilation_w;
  t.depth_multiplier = a.depth_multiplier;
}
void write(const graph::FullyConnectedAttrs& a, fb::FullyConnectedOptionsT& t) {
  t.fused_activation_function = table_value(a.activation);
  t.weights_format = static_cast<fb::FullyConnectedOptionsWeightsFormat>(a.shuffled_weights ? 1 : 0);
  t.keep_num_dims = a.keep_num_dims;
  t.asymmetric_quantize_inputs = a.asymmetric_quantize_inputs;
  t.quantized_bias_type = table_value(a.quantized_bias_type);
}
void write(const graph::AddAttrs& a, fb::AddOptionsT& t) {
  t.fused_activation_function = table_value(a.activation);
  t.pot_scale_int16 = a.pot_scale_int16;
}
void write(const graph::Pool2DAttrs& a, fb::Pool2DOptionsT& t) {
  write_window(a, t);
  t.filter_height = a.filter_h;
  t.filter_width = a.filter_w;
}
void write(const graph::ReduceAttrs& a, fb::ReducerOptionsT& t) { t.keep_dims = a.keep_dims; }
void write(const graph::ReshapeAttrs& a, fb::ReshapeOptionsT& t) { t.new_shape = a.new_shape; }
void write(const graph::SqueezeAttrs& a, fb::SqueezeOptionsT& t) { t.squeeze_dims = a.squeeze_dims; }
void write(const graph::SoftmaxAttrs& a, fb::SoftmaxOptionsT& t) { t.beta = a.beta; }
void write(const graph::ConcatenationAttrs& a, fb::ConcatenationOptionsT& t) {
  t.axis = a.axis;
  t.fused_activation_function = table_value(a.activation);
}

// ---- one row
// ----------------------------------------------------------------------------------------------------------

// The file's table of type Table, or a fresh one with the schema's defaults.
template <typename Table>
Table table_or_default(const fb::BuiltinOptionsUnion& options) {
  if (options.value != nullptr && options.type == fb::BuiltinOptionsUnionTraits<Table>::enum_value) {
    return *static_cast<const Table*>(options.value);
  }
  return {};
}

template <OpKind kKind>
Result<graph::Attributes> read_row(const fb::BuiltinOptionsUnion& options) {
  using Table = typename TableOf<kKind>::Type;
  typename AttrsOf<kKind>::Type attrs;
  if constexpr (!std::is_same_v<Table, NoTable>) {
    Enums enums;
    read(table_or_default<Table>(options), attrs, enums);
    if (!enums.problem.empty()) return Error(ErrorCode::kInvalid, enums.problem);
  }
  return graph::Attributes(attrs);
}

template <OpKind kKind>
flatbuffers::Offset<void> write_row(flatbuffers::FlatBufferBuilder& builder, const graph::Attributes& attributes,
                                    const fb::BuiltinOptionsUnion& file_options, fb::BuiltinOptions& type) {
  using Table = typename TableOf<kKind>::Type;
  using Attrs = typename AttrsOf<kKind>::Type;
  ATOLL_CHECK(std::holds_alternative<Attrs>(attributes), "attributes of another operator than {}",
              graph::op_info(kKind).name);
  if constexpr (std::is_same_v<Table, NoTable>) {
    type = fb::BuiltinOptions::NONE;
    return 0;
  } else {
    Table table = table_or_default<Table>(file_options);
    write(std::get<Attrs>(attributes), table);
    type = fb::BuiltinOptionsUnionTraits<Table>::enum_value;
    return Table::TableType::Pack(builder, &table).Union();
  }
}

}  // namespace

int32_t builtin_code(const graph::Op& op) {
  return op.kind == OpKind::kUnknown ? op.builtin_code : graph::op_info(op.kind).builtin_code;
}

Result<graph::Attributes> read_attributes(OpKind kind, const fb::BuiltinOptionsUnion& options) {
  switch (kind) {
    case OpKind::kUnknown: return graph::Attributes(graph::NoAttrs{});
#define ATOLL_OP(Name, BUILTIN, code, Attrs, rule, engine, doc) \
  case OpKind::k##Name:                                         \
    return read_row<OpKind::k##Name>(options);
#include "common/graph/ops.def"
#undef ATOLL_OP
  }
  ATOLL_CHECK(false, "operator kind {}", static_cast<int>(kind));
}

flatbuffers::Offset<void> write_options(flatbuffers::FlatBufferBuilder& builder, const graph::Op& op,
                                        fb::BuiltinOptions& type) {
  static const fb::BuiltinOptionsUnion kNone;
  const auto* opaque = opaque_as<OpOpaque>(op.opaque);
  if (opaque != nullptr && opaque->builtin_code != builtin_code(op)) opaque = nullptr;  // has become another operator
  const fb::BuiltinOptionsUnion& file_options = opaque != nullptr ? opaque->options : kNone;
  const Result<graph::Attributes> file_attrs = read_attributes(op.kind, file_options);
  if (op.kind == OpKind::kUnknown || (opaque != nullptr && file_attrs.ok() && *file_attrs == op.attrs)) {
    type = file_options.type;
    return file_options.type == fb::BuiltinOptions::NONE ? 0 : file_options.Pack(builder);
  }
  switch (op.kind) {
    case OpKind::kUnknown: break;
#define ATOLL_OP(Name, BUILTIN, code, Attrs, rule, engine, doc) \
  case OpKind::k##Name:                                         \
    return write_row<OpKind::k##Name>(builder, op.attrs, file_options, type);
#include "common/graph/ops.def"
#undef ATOLL_OP
  }
  ATOLL_CHECK(false, "operator kind {}", static_cast<int>(op.kind));
}

}  // namespace atl::tflite

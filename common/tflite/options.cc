#include "common/tflite/options.h"

#include <type_traits>

#include "common/base/check.h"

namespace atl::tflite {
namespace schema {
struct NoneOptionsT {};  // stands for "no table"
}  // namespace schema

namespace {

using graph::OpKind;
using NoTable = fb::NoneOptionsT;

// What ops.def says of each operator: its option table and its attributes.
template <OpKind kKind>
struct TableOf;
template <OpKind kKind>
struct AttrsOf;
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  template <>                                                                 \
  struct AttrsOf<OpKind::k##Name> {                                           \
    using Type = graph::Attrs;                                                \
  };                                                                          \
  template <>                                                                 \
  struct TableOf<OpKind::k##Name> {                                           \
    using Type = fb::Table##OptionsT;                                         \
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
    if (!type) problem = fmt::format("its element type {} is unknown", static_cast<int>(value));
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

void read(const fb::SubOptionsT& t, graph::AddAttrs& a, Enums& enums) {
  a = {enums.activation(t.fused_activation_function), t.pot_scale_int16};
}
template <typename Table>
void read(const Table& t, graph::ActivationAttrs& a, Enums& enums) {
  a.activation = enums.activation(t.fused_activation_function);
}
void read(const fb::TransposeConvOptionsT& t, graph::TransposeConvAttrs& a, Enums& enums) {
  a = {enums.padding(t.padding), t.stride_h, t.stride_w, enums.activation(t.fused_activation_function),
       enums.type(t.quantized_bias_type)};
}
void read(const fb::BatchMatMulOptionsT& t, graph::BatchMatMulAttrs& a, Enums&) {
  a = {t.adj_x, t.adj_y, t.asymmetric_quantize_inputs};
}
void read(const fb::SVDFOptionsT& t, graph::SvdfAttrs& a, Enums& enums) {
  a = {t.rank, enums.activation(t.fused_activation_function), t.asymmetric_quantize_inputs};
}
void read(const fb::SequenceRNNOptionsT& t, graph::SequenceRnnAttrs& a, Enums& enums) {
  a = {t.time_major, enums.activation(t.fused_activation_function), t.asymmetric_quantize_inputs};
}
void read(const fb::UnidirectionalSequenceLSTMOptionsT& t, graph::UnidirectionalLstmAttrs& a, Enums& enums) {
  a = {enums.activation(t.fused_activation_function),
       t.cell_clip,
       t.proj_clip,
       t.time_major,
       t.asymmetric_quantize_inputs,
       t.diagonal_recurrent_tensors};
}
void read(const fb::BidirectionalSequenceLSTMOptionsT& t, graph::BidirectionalLstmAttrs& a, Enums& enums) {
  a = {enums.activation(t.fused_activation_function),
       t.cell_clip,
       t.proj_clip,
       t.merge_outputs,
       t.time_major,
       t.asymmetric_quantize_inputs};
}
void read(const fb::LocalResponseNormalizationOptionsT& t, graph::LrnAttrs& a, Enums&) {
  a = {t.radius, t.bias, t.alpha, t.beta};
}
template <typename Table>
void read(const Table& t, graph::ResizeAttrs& a, Enums&) {
  a = {t.align_corners, t.half_pixel_centers};
}
template <typename Table>
void read(const Table& t, graph::BlockAttrs& a, Enums&) {
  a.block_size = t.block_size;
}
void read(const fb::GatherOptionsT& t, graph::GatherAttrs& a, Enums&) { a = {t.axis, t.batch_dims}; }
void read(const fb::StridedSliceOptionsT& t, graph::StridedSliceAttrs& a, Enums&) {
  a = {t.begin_mask, t.end_mask, t.ellipsis_mask, t.new_axis_mask, t.shrink_axis_mask, t.offset};
}
template <typename Table>
void read(const Table& t, graph::SplitAttrs& a, Enums&) {
  a.num_splits = t.num_splits;
}
void read(const fb::PackOptionsT& t, graph::PackAttrs& a, Enums&) { a = {t.values_count, t.axis}; }
void read(const fb::UnpackOptionsT& t, graph::UnpackAttrs& a, Enums&) { a = {t.num, t.axis}; }
void read(const fb::OneHotOptionsT& t, graph::OneHotAttrs& a, Enums&) { a.axis = t.axis; }
void read(const fb::LeakyReluOptionsT& t, graph::LeakyReluAttrs& a, Enums&) { a.alpha = t.alpha; }
void read(const fb::MirrorPadOptionsT& t, graph::MirrorPadAttrs& a, Enums& enums) {
  a.symmetric = enums.checked("mode", static_cast<int>(t.mode), 1) == 1;
}
void read(const fb::CumsumOptionsT& t, graph::CumsumAttrs& a, Enums&) { a = {t.exclusive, t.reverse}; }
void read(const fb::GeluOptionsT& t, graph::GeluAttrs& a, Enums&) { a.approximate = t.approximate; }
void read(const fb::FakeQuantOptionsT& t, graph::FakeQuantAttrs& a, Enums&) {
  a = {t.min, t.max, t.num_bits, t.narrow_range};
}
void read(const fb::ShapeOptionsT& t, graph::OutputTypeAttrs& a, Enums& enums) { a.type = enums.type(t.out_type); }
template <typename Table>
void read(const Table& t, graph::OutputTypeAttrs& a, Enums& enums) {
  a.type = enums.type(t.output_type);
}
void read(const fb::IfOptionsT& t, graph::IfAttrs& a, Enums&) { a = {t.then_subgraph_index, t.else_subgraph_index}; }
void read(const fb::WhileOptionsT& t, graph::WhileAttrs& a, Enums&) {
  a = {t.cond_subgraph_index, t.body_subgraph_index};
}
void read(const fb::CallOnceOptionsT& t, graph::CallOnceAttrs& a, Enums&) { a.init_subgraph = t.init_subgraph_index; }
void read(const fb::VarHandleOptionsT& t, graph::VarHandleAttrs& a, Enums&) { a = {t.container, t.shared_name}; }

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

void write(const graph::AddAttrs& a, fb::SubOptionsT& t) {
  t.fused_activation_function = table_value(a.activation);
  t.pot_scale_int16 = a.pot_scale_int16;
}
template <typename Table>
void write(const graph::ActivationAttrs& a, Table& t) {
  t.fused_activation_function = table_value(a.activation);
}
void write(const graph::TransposeConvAttrs& a, fb::TransposeConvOptionsT& t) {
  write_window(a, t);
  t.quantized_bias_type = table_value(a.quantized_bias_type);
}
void write(const graph::BatchMatMulAttrs& a, fb::BatchMatMulOptionsT& t) {
  t.adj_x = a.adj_x;
  t.adj_y = a.adj_y;
  t.asymmetric_quantize_inputs = a.asymmetric_quantize_inputs;
}

// What the tables of recurrent operators share.
template <typename Attrs, typename Table>
void write_recurrent(const Attrs& a, Table& t) {
  t.fused_activation_function = table_value(a.activation);
  t.asymmetric_quantize_inputs = a.asymmetric_quantize_inputs;
}
void write(const graph::SvdfAttrs& a, fb::SVDFOptionsT& t) {
  write_recurrent(a, t);
  t.rank = a.rank;
}
void write(const graph::SequenceRnnAttrs& a, fb::SequenceRNNOptionsT& t) {
  write_recurrent(a, t);
  t.time_major = a.time_major;
}
void write(const graph::UnidirectionalLstmAttrs& a, fb::UnidirectionalSequenceLSTMOptionsT& t) {
  write_recurrent(a, t);
  t.cell_clip = a.cell_clip;
  t.proj_clip = a.proj_clip;
  t.time_major = a.time_major;
  t.diagonal_recurrent_tensors = a.diagonal_recurrent_tensors;
}
void write(const graph::BidirectionalLstmAttrs& a, fb::BidirectionalSequenceLSTMOptionsT& t) {
  write_recurrent(a, t);
  t.cell_clip = a.cell_clip;
  t.proj_clip = a.proj_clip;
  t.merge_outputs = a.merge_outputs;
  t.time_major = a.time_major;
}
void write(const graph::LrnAttrs& a, fb::LocalResponseNormalizationOptionsT& t) {
  t.radius = a.radius;
  t.bias = a.bias;
  t.alpha = a.alpha;
  t.beta = a.beta;
}
template <typename Table>
void write(const graph::ResizeAttrs& a, Table& t) {
  t.align_corners = a.align_corners;
  t.half_pixel_centers = a.half_pixel_centers;
}
template <typename Table>
void write(const graph::BlockAttrs& a, Table& t) {
  t.block_size = a.block_size;
}
void write(const graph::GatherAttrs& a, fb::GatherOptionsT& t) {
  t.axis = a.axis;
  t.batch_dims = a.batch_dims;
}
void write(const graph::StridedSliceAttrs& a, fb::StridedSliceOptionsT& t) {
  t.begin_mask = a.begin_mask;
  t.end_mask = a.end_mask;
  t.ellipsis_mask = a.ellipsis_mask;
  t.new_axis_mask = a.new_axis_mask;
  t.shrink_axis_mask = a.shrink_axis_mask;
  t.offset = a.offset;
}
template <typename Table>
void write(const graph::SplitAttrs& a, Table& t) {
  t.num_splits = a.num_splits;
}
void write(const graph::PackAttrs& a, fb::PackOptionsT& t) {
  t.values_count = a.values_count;
  t.axis = a.axis;
}
void write(const graph::UnpackAttrs& a, fb::UnpackOptionsT& t) {
  t.num = a.num;
  t.axis = a.axis;
}
void write(const graph::OneHotAttrs& a, fb::OneHotOptionsT& t) { t.axis = a.axis; }
void write(const graph::LeakyReluAttrs& a, fb::LeakyReluOptionsT& t) { t.alpha = a.alpha; }
void write(const graph::MirrorPadAttrs& a, fb::MirrorPadOptionsT& t) {
  t.mode = a.symmetric ? fb::MirrorPadMode::SYMMETRIC : fb::MirrorPadMode::REFLECT;
}
void write(const graph::CumsumAttrs& a, fb::CumsumOptionsT& t) {
  t.exclusive = a.exclusive;
  t.reverse = a.reverse;
}
void write(const graph::FakeQuantAttrs& a, fb::FakeQuantOptionsT& t) {
  t.min = a.min;
  t.max = a.max;
  t.num_bits = a.num_bits;
  t.narrow_range = a.narrow_range;
}
void write(const graph::GeluAttrs& a, fb::GeluOptionsT& t) { t.approximate = a.approximate; }
void write(const graph::OutputTypeAttrs& a, fb::ShapeOptionsT& t) { t.out_type = table_value(a.type); }
template <typename Table>
void write(const graph::OutputTypeAttrs& a, Table& t) {
  t.output_type = table_value(a.type);
}
void write(const graph::IfAttrs& a, fb::IfOptionsT& t) {
  t.then_subgraph_index = a.then_subgraph;
  t.else_subgraph_index = a.else_subgraph;
}
void write(const graph::WhileAttrs& a, fb::WhileOptionsT& t) {
  t.cond_subgraph_index = a.cond_subgraph;
  t.body_subgraph_index = a.body_subgraph;
}
void write(const graph::CallOnceAttrs& a, fb::CallOnceOptionsT& t) { t.init_subgraph_index = a.init_subgraph; }
void write(const graph::VarHandleAttrs& a, fb::VarHandleOptionsT& t) {
  t.container = a.container;
  t.shared_name = a.shared_name;
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
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  case OpKind::k##Name:                                                       \
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
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  case OpKind::k##Name:                                                       \
    return write_row<OpKind::k##Name>(builder, op.attrs, file_options, type);
#include "common/graph/ops.def"
#undef ATOLL_OP
  }
  ATOLL_CHECK(false, "operator kind {}", static_cast<int>(op.kind));
}

}  // namespace atl::tflite

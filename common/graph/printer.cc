#include "common/graph/printer.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/check.h"

namespace atl::graph {
namespace {

// FNV-1a, 64 bits: tells constants apart in a snapshot without printing them.
uint64_t fingerprint(const std::vector<uint8_t>& bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
  return hash;
}

// "0.5", or "0.1..0.7" of several values.
template <typename T>
std::string range_text(const std::vector<T>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *low == *high ? fmt::format("{}", *low) : fmt::format("{}..{}", *low, *high);
}

std::string quantization_text(const Quantization& quant) {
  std::string text;
  if (quant.present()) text += " scale=" + range_text(quant.scale);
  if (!quant.zero_point.empty()) text += " zero_point=" + range_text(quant.zero_point);
  if (quant.per_channel()) text += fmt::format(" ({} along axis {})", quant.scale.size(), quant.axis);
  if (!quant.min.empty()) text += " min=" + range_text(quant.min);
  if (!quant.max.empty()) text += " max=" + range_text(quant.max);
  return text;
}

std::string tensor_line(const Tensor& tensor, size_t index) {
  std::string line = fmt::format("  tensor #{} {} {} {}", index, quoted(tensor.name), dtype_name(tensor.type),
                                 shape_text(tensor.shape));
  if (!tensor.shape_signature.empty()) line += fmt::format(" signature={}", shape_text(tensor.shape_signature));
  line += quantization_text(tensor.quant);
  if (tensor.is_variable) line += " variable";
  if (!tensor.plain) line += " encoded";
  if (tensor.is_constant()) {
    line += fmt::format(" const bytes={} fnv={:016x}", tensor.data->size(), fingerprint(*tensor.data));
  }
  return line + "\n";
}

std::string index_list(const std::vector<int32_t>& indices) { return fmt::format("({})", fmt::join(indices, ", ")); }

std::string op_line(const Op& op, size_t index) {
  std::string line = fmt::format("  op #{} {}", index, op_name(op));
  if (op.version != 0) line += fmt::format(" v{}", op.version);
  line += fmt::format(" {} -> {}", index_list(op.inputs), index_list(op.outputs));
  if (!op.intermediates.empty()) line += " intermediates=" + index_list(op.intermediates);
  if (const std::string attributes = print_attributes(op); !attributes.empty()) line += " " + attributes;
  if (!op.custom_options.empty()) {
    line += fmt::format(" options bytes={} fnv={:016x}", op.custom_options.size(), fingerprint(op.custom_options));
  }
  return line + "\n";
}

std::string entries_text(const std::vector<SignatureEntry>& entries) {
  std::string text;
  for (const SignatureEntry& entry : entries) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", quoted(entry.name), entry.tensor);
  }
  return "(" + text + ")";
}

std::string_view padding_name(Padding padding) { return padding == Padding::kSame ? "same" : "valid"; }

std::string bias_type_text(DType type) {
  return type == DType::kFloat32 ? "" : fmt::format(" bias_type={}", dtype_name(type));
}

std::string activation_text(Activation activation) { return fmt::format("activation={}", activation_name(activation)); }

// One overload an attribute struct: a new struct without one doesn't compile.
struct AttributePrinter {
  std::string operator()(const NoAttrs&) const { return ""; }
  std::string operator()(const Conv2DAttrs& a) const {
    return fmt::format("padding={} stride={}x{} dilation={}x{} activation={}{}", padding_name(a.padding), a.stride_h,
                       a.stride_w, a.dilation_h, a.dilation_w, activation_name(a.activation),
                       bias_type_text(a.quantized_bias_type));
  }
  std::string operator()(const DepthwiseConv2DAttrs& a) const {
    return fmt::format("padding={} stride={}x{} dilation={}x{} multiplier={} activation={}", padding_name(a.padding),
                       a.stride_h, a.stride_w, a.dilation_h, a.dilation_w, a.depth_multiplier,
                       activation_name(a.activation));
  }
  std::string operator()(const FullyConnectedAttrs& a) const {
    return fmt::format("activation={} shuffled_weights={} keep_num_dims={} asymmetric_inputs={}{}",
                       activation_name(a.activation), a.shuffled_weights, a.keep_num_dims, a.asymmetric_quantize_inputs,
                       bias_type_text(a.quantized_bias_type));
  }
  std::string operator()(const AddAttrs& a) const {
    return fmt::format("activation={} pot_scale_int16={}", activation_name(a.activation), a.pot_scale_int16);
  }
  std::string operator()(const Pool2DAttrs& a) const {
    return fmt::format("padding={} stride={}x{} filter={}x{} activation={}", padding_name(a.padding), a.stride_h,
                       a.stride_w, a.filter_h, a.filter_w, activation_name(a.activation));
  }
  std::string operator()(const ReduceAttrs& a) const { return fmt::format("keep_dims={}", a.keep_dims); }
  std::string operator()(const ReshapeAttrs& a) const {
    return a.new_shape.empty() ? "" : fmt::format("new_shape={}", shape_text(a.new_shape));
  }
  std::string operator()(const SqueezeAttrs& a) const {
    return fmt::format("squeeze_dims={}", index_list(a.squeeze_dims));
  }
  std::string operator()(const SoftmaxAttrs& a) const { return fmt::format("beta={}", a.beta); }
  std::string operator()(const ConcatenationAttrs& a) const {
    return fmt::format("axis={} activation={}", a.axis, activation_name(a.activation));
  }
  std::string operator()(const ActivationAttrs& a) const { return activation_text(a.activation); }
  std::string operator()(const TransposeConvAttrs& a) const {
    return fmt::format("padding={} stride={}x{} {}{}", padding_name(a.padding), a.stride_h, a.stride_w,
                       activation_text(a.activation), bias_type_text(a.quantized_bias_type));
  }
  std::string operator()(const BatchMatMulAttrs& a) const {
    return fmt::format("adj_x={} adj_y={} asymmetric_inputs={}", a.adj_x, a.adj_y, a.asymmetric_quantize_inputs);
  }
  std::string operator()(const SvdfAttrs& a) const {
    return fmt::format("rank={} {} asymmetric_inputs={}", a.rank, activation_text(a.activation),
                       a.asymmetric_quantize_inputs);
  }
  std::string operator()(const SequenceRnnAttrs& a) const {
    return fmt::format("time_major={} {} asymmetric_inputs={}", a.time_major, activation_text(a.activation),
                       a.asymmetric_quantize_inputs);
  }
  std::string operator()(const UnidirectionalLstmAttrs& a) const {
    return fmt::format("{} cell_clip={} proj_clip={} time_major={} asymmetric_inputs={} diagonal={}",
                       activation_text(a.activation), a.cell_clip, a.proj_clip, a.time_major,
                       a.asymmetric_quantize_inputs, a.diagonal_recurrent_tensors);
  }
  std::string operator()(const BidirectionalLstmAttrs& a) const {
    return fmt::format("{} cell_clip={} proj_clip={} merge_outputs={} time_major={} asymmetric_inputs={}",
                       activation_text(a.activation), a.cell_clip, a.proj_clip, a.merge_outputs, a.time_major,
                       a.asymmetric_quantize_inputs);
  }
  std::string operator()(const LrnAttrs& a) const {
    return fmt::format("radius={} bias={} alpha={} beta={}", a.radius, a.bias, a.alpha, a.beta);
  }
  std::string operator()(const ResizeAttrs& a) const {
    return fmt::format("align_corners={} half_pixel_centers={}", a.align_corners, a.half_pixel_centers);
  }
  std::string operator()(const BlockAttrs& a) const { return fmt::format("block_size={}", a.block_size); }
  std::string operator()(const GatherAttrs& a) const {
    return fmt::format("axis={} batch_dims={}", a.axis, a.batch_dims);
  }
  std::string operator()(const StridedSliceAttrs& a) const {
    return fmt::format(
        "begin_mask={:#x} end_mask={:#x} ellipsis_mask={:#x} new_axis_mask={:#x} shrink_axis_mask={:#x}{}",
        a.begin_mask, a.end_mask, a.ellipsis_mask, a.new_axis_mask, a.shrink_axis_mask, a.offset ? " offset" : "");
  }
  std::string operator()(const SplitAttrs& a) const { return fmt::format("num_splits={}", a.num_splits); }
  std::string operator()(const PackAttrs& a) const { return fmt::format("axis={}", a.axis); }
  std::string operator()(const UnpackAttrs& a) const { return fmt::format("num={} axis={}", a.num, a.axis); }
  std::string operator()(const OneHotAttrs& a) const { return fmt::format("axis={}", a.axis); }
  std::string operator()(const LeakyReluAttrs& a) const { return fmt::format("alpha={}", a.alpha); }
  std::string operator()(const MirrorPadAttrs& a) const { return a.symmetric ? "mode=symmetric" : "mode=reflect"; }
  std::string operator()(const CumsumAttrs& a) const {
    return fmt::format("exclusive={} reverse={}", a.exclusive, a.reverse);
  }
  std::string operator()(const GeluAttrs& a) const { return fmt::format("approximate={}", a.approximate); }
  std::string operator()(const FakeQuantAttrs& a) const {
    return fmt::format("min={} max={} bits={}{}", a.min, a.max, a.num_bits, a.narrow_range ? " narrow" : "");
  }
  std::string operator()(const OutputTypeAttrs& a) const { return fmt::format("type={}", dtype_name(a.type)); }
  std::string operator()(const IfAttrs& a) const {
    return fmt::format("then=#{} else=#{}", a.then_subgraph, a.else_subgraph);
  }
  std::string operator()(const WhileAttrs& a) const {
    return fmt::format("cond=#{} body=#{}", a.cond_subgraph, a.body_subgraph);
  }
  std::string operator()(const CallOnceAttrs& a) const { return fmt::format("init=#{}", a.init_subgraph); }
  std::string operator()(const VarHandleAttrs& a) const {
    return fmt::format("container={} name={}", quoted(a.container), quoted(a.shared_name));
  }
};

std::string subgraph_text(const Subgraph& subgraph, const std::string& label) {
  std::string text = fmt::format("subgraph {}{} {} -> {}\n", label, quoted(subgraph.name), index_list(subgraph.inputs),
                                 index_list(subgraph.outputs));
  for (size_t i = 0; i < subgraph.tensors.size(); ++i) text += tensor_line(subgraph.tensors[i], i);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) text += op_line(subgraph.ops[i], i);
  return text;
}

}  // namespace

std::string print_attributes(const Op& op) { return std::visit(AttributePrinter{}, op.attrs); }

std::string print(const Subgraph& subgraph) { return subgraph_text(subgraph, ""); }

std::string print(const Model& model) {
  std::string text = fmt::format("model version={} description={}\n", model.version, quoted(model.description));
  for (size_t i = 0; i < model.subgraphs.size(); ++i) {
    text += subgraph_text(model.subgraphs[i], fmt::format("#{} ", i));
  }
  for (const Signature& signature : model.signatures) {
    text += fmt::format("signature {} subgraph=#{} {} -> {}\n", quoted(signature.key), signature.subgraph,
                        entries_text(signature.inputs), entries_text(signature.outputs));
  }
  for (const Metadata& entry : model.metadata) {
    text += fmt::format("metadata {} bytes={} fnv={:016x}\n", quoted(entry.name), entry.data ? entry.data->size() : 0,
                        entry.data ? fingerprint(*entry.data) : 0);
  }
  return text;
}

}  // namespace atl::graph

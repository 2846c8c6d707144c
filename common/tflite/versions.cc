#include "common/tflite/versions.h"

#include <initializer_list>
#include <utility>

#include "common/tflite/versions_plain.h"

namespace atl::tflite {
namespace {

using graph::DType;
using graph::OpKind;

// What versions depend on.
struct Operands {
  const graph::Tensor* input = nullptr;
  const graph::Tensor* weights = nullptr;
  const graph::Tensor* output = nullptr;

  bool input_is(DType type) const { return input != nullptr && input->type == type; }
  bool weights_are(DType type) const { return weights != nullptr && weights->type == type; }
  bool output_is(DType type) const { return output != nullptr && output->type == type; }
  bool hybrid() const { return input_is(DType::kFloat32) && weights_are(DType::kInt8); }
  bool per_channel_weights() const { return weights != nullptr && weights->quant.per_channel(); }
};

const graph::Tensor* tensor_at(const graph::Subgraph& subgraph, const std::vector<int32_t>& indices, size_t position) {
  if (position >= indices.size() || indices[position] < 0) return nullptr;
  const auto index = static_cast<size_t>(indices[position]);
  return index < subgraph.tensors.size() ? &subgraph.tensors[index] : nullptr;
}

// The version of the first pair whose type the input has, else 1.
int32_t by_input_type(const Operands& operands, std::initializer_list<std::pair<DType, int32_t>> versions) {
  for (const auto& [type, version] : versions) {
    if (operands.input_is(type)) return version;
  }
  return 1;
}

int32_t add_version(const Operands& operands, const graph::AddAttrs& attrs) {
  if (operands.input_is(DType::kInt16)) {
    if (!operands.input->quant.present()) return 5;
    return attrs.pot_scale_int16 ? 1 : 3;
  }
  return by_input_type(operands, {{DType::kFloat16, 6}, {DType::kInt64, 4}, {DType::kInt8, 2}});
}

int32_t conv_version(const Operands& operands, const graph::Conv2DAttrs& attrs) {
  if (operands.input_is(DType::kInt16) && attrs.quantized_bias_type != DType::kFloat32) return 8;
  const bool shaped = operands.input != nullptr && operands.weights != nullptr && operands.input->shape.size() == 4 &&
                      operands.weights->shape.size() == 4;
  if (shaped && operands.input->shape[3] != operands.weights->shape[3]) return 6;  // grouped
  if (operands.input_is(DType::kInt16)) return 4;
  if (operands.input_is(DType::kInt8)) return operands.weights_are(DType::kInt4) ? 7 : 3;
  if (operands.hybrid()) return operands.per_channel_weights() ? 5 : 2;
  return 1;
}

int32_t depthwise_version(const Operands& operands, const graph::DepthwiseConv2DAttrs& attrs) {
  if (operands.input_is(DType::kInt16)) return 5;
  if (operands.hybrid()) return operands.per_channel_weights() ? 6 : 4;
  if (operands.input_is(DType::kInt8)) return operands.weights_are(DType::kInt4) ? 7 : 3;
  return attrs.dilation_h != 1 || attrs.dilation_w != 1 ? 2 : 1;
}

int32_t fully_connected_version(const Operands& operands, const graph::FullyConnectedAttrs& attrs, size_t inputs) {
  if (operands.weights_are(DType::kInt2)) return 14;
  if (operands.input_is(DType::kInt16) && operands.weights_are(DType::kInt4)) return 13;
  if (operands.hybrid() && operands.per_channel_weights()) return 12;
  if (operands.input_is(DType::kInt16)) return attrs.quantized_bias_type != DType::kFloat32 ? 11 : 7;
  if (operands.input_is(DType::kInt8) && operands.weights_are(DType::kInt4)) return 10;
  if (operands.hybrid() && attrs.asymmetric_quantize_inputs) return 9;
  if (inputs == 2) return 6;
  if (attrs.keep_num_dims) return 5;
  if (operands.input_is(DType::kInt8)) return 4;
  if (operands.hybrid()) return 3;
  return attrs.shuffled_weights ? 2 : 1;
}

int32_t dequantize_version(const Operands& operands) {
  if (operands.input_is(DType::kInt8)) return operands.input->quant.per_channel() ? 5 : 2;
  return by_input_type(operands, {{DType::kFloat8E4M3Fn, 9},
                                  {DType::kFloat8E5M2, 9},
                                  {DType::kUint4, 8},
                                  {DType::kInt2, 7},
                                  {DType::kInt4, 6},
                                  {DType::kInt16, 3},
                                  {DType::kFloat16, 3}});
}

int32_t quantize_version(const Operands& operands) {
  if (operands.input_is(DType::kUint4) || operands.output_is(DType::kUint4)) return 5;
  if (operands.input_is(DType::kInt4) || operands.output_is(DType::kInt4)) return 4;
  if (operands.output != nullptr && operands.output->quant.per_channel()) return 3;
  return operands.output_is(DType::kInt16) ? 2 : 1;
}

int32_t pad_version(const Operands& operands) {
  if (operands.input != nullptr && operands.input->shape.size() > 4 && !operands.input_is(DType::kBool)) return 4;
  return by_input_type(
      operands,
      {{DType::kFloat8E4M3Fn, 6}, {DType::kFloat8E5M2, 6}, {DType::kBool, 5}, {DType::kInt16, 3}, {DType::kInt8, 2}});
}

int32_t transpose_conv_version(const graph::Op& op, const Operands& operands, const graph::Tensor* data) {
  const auto& attrs = std::get<graph::TransposeConvAttrs>(op.attrs);
  const bool int16 = data != nullptr && data->type == DType::kInt16;
  if (int16 && attrs.quantized_bias_type != DType::kFloat32) return 5;
  if (attrs.activation != graph::Activation::kNone) return 4;
  if (op.inputs.size() > 3 && op.inputs[3] != graph::kNoTensor) return 3;
  return operands.weights_are(DType::kInt8) ? 2 : 1;
}

int32_t batch_matmul_version(const Operands& operands, const graph::BatchMatMulAttrs& attrs) {
  if (operands.hybrid() && attrs.asymmetric_quantize_inputs) return 4;
  return by_input_type(operands, {{DType::kInt16, 3}, {DType::kInt8, 2}});
}

// Recurrent layers with float32 activations and int8 weights; asymmetric quantization of the activations came later.
int32_t hybrid_version(bool hybrid, bool asymmetric, int32_t with_asymmetric = 3) {
  if (!hybrid) return 1;
  return asymmetric ? with_asymmetric : 2;
}

int32_t svdf_version(const Operands& operands, const graph::SvdfAttrs& attrs) {
  if (operands.input_is(DType::kInt8)) return 3;
  return hybrid_version(operands.hybrid(), attrs.asymmetric_quantize_inputs, 4);
}

int32_t lstm_version(const Operands& operands, const graph::Tensor* gate, const graph::UnidirectionalLstmAttrs& attrs) {
  const bool byte_weights = gate != nullptr && gate->type == DType::kInt8;
  if (operands.input_is(DType::kInt16) && byte_weights) return 5;
  if (attrs.diagonal_recurrent_tensors) return 4;
  return hybrid_version(operands.input_is(DType::kFloat32) && byte_weights, attrs.asymmetric_quantize_inputs);
}

int32_t embedding_version(const Operands& operands) {
  if (operands.weights_are(DType::kInt4) || operands.per_channel_weights()) return 4;
  return operands.weights_are(DType::kInt2) ? 5 : 1;
}

}  // namespace

int32_t lowest_version(const graph::Subgraph& subgraph, const graph::Op& op) {
  const Operands operands{tensor_at(subgraph, op.inputs, 0), tensor_at(subgraph, op.inputs, 1),
                          tensor_at(subgraph, op.outputs, 0)};
  switch (op.kind) {
    case OpKind::kUnknown: return 1;
    case OpKind::kAdd: return add_version(operands, std::get<graph::AddAttrs>(op.attrs));
    case OpKind::kConcatenation:
      return by_input_type(operands, {{DType::kFloat8E4M3Fn, 7},
                                      {DType::kFloat8E5M2, 7},
                                      {DType::kFloat16, 6},
                                      {DType::kInt4, 5},
                                      {DType::kUint32, 4},
                                      {DType::kInt16, 3},
                                      {DType::kInt8, 2}});
    case OpKind::kConv2D: return conv_version(operands, std::get<graph::Conv2DAttrs>(op.attrs));
    case OpKind::kDepthwiseConv2D: return depthwise_version(operands, std::get<graph::DepthwiseConv2DAttrs>(op.attrs));
    case OpKind::kDequantize: return dequantize_version(operands);
    case OpKind::kFullyConnected:
      return fully_connected_version(operands, std::get<graph::FullyConnectedAttrs>(op.attrs), op.inputs.size());
    case OpKind::kRelu: return by_input_type(operands, {{DType::kInt16, 3}, {DType::kInt8, 2}, {DType::kUint8, 2}});
    case OpKind::kReshape: return 1;
    case OpKind::kSoftmax:
      return by_input_type(operands, {{DType::kFloat16, 4}, {DType::kInt16, 3}, {DType::kInt8, 2}});
    case OpKind::kPad: return pad_version(operands);
    case OpKind::kAveragePool2D:
    case OpKind::kMaxPool2D:
    case OpKind::kRelu6:
    case OpKind::kMean: return by_input_type(operands, {{DType::kInt16, 3}, {DType::kInt8, 2}});
    case OpKind::kSqueeze: return by_input_type(operands, {{DType::kString, 2}});
    case OpKind::kQuantize: return quantize_version(operands);
    case OpKind::kTransposeConv: return transpose_conv_version(op, operands, tensor_at(subgraph, op.inputs, 2));
    case OpKind::kBatchMatMul: return batch_matmul_version(operands, std::get<graph::BatchMatMulAttrs>(op.attrs));
    case OpKind::kSvdf: return svdf_version(operands, std::get<graph::SvdfAttrs>(op.attrs));
    case OpKind::kUnidirectionalSequenceRnn:
      return hybrid_version(operands.hybrid(), std::get<graph::SequenceRnnAttrs>(op.attrs).asymmetric_quantize_inputs);
    case OpKind::kUnidirectionalSequenceLstm:
      return lstm_version(operands, tensor_at(subgraph, op.inputs, 2),
                          std::get<graph::UnidirectionalLstmAttrs>(op.attrs));
    case OpKind::kBidirectionalSequenceLstm:
      return hybrid_version(operands.hybrid(),
                            std::get<graph::BidirectionalLstmAttrs>(op.attrs).asymmetric_quantize_inputs);
    case OpKind::kEmbeddingLookup: return embedding_version(operands);
    default: return lowest_plain_version(subgraph, op).value_or(1);
  }
}

}  // namespace atl::tflite

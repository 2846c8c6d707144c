#include "quantizer/plan/coral.h"

#include <fmt/format.h>

#include <algorithm>

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::OpKind;

constexpr size_t kShown = 5;

// The table of the documentation. LSTM stands for the unidirectional one.
bool is_listed(OpKind kind) {
  switch (kind) {
    case OpKind::kAdd:
    case OpKind::kAveragePool2D:
    case OpKind::kConcatenation:
    case OpKind::kConv2D:
    case OpKind::kDepthwiseConv2D:
    case OpKind::kExpandDims:
    case OpKind::kFullyConnected:
    case OpKind::kL2Normalization:
    case OpKind::kLogistic:
    case OpKind::kUnidirectionalSequenceLstm:
    case OpKind::kMaximum:
    case OpKind::kMaxPool2D:
    case OpKind::kMean:
    case OpKind::kMinimum:
    case OpKind::kMul:
    case OpKind::kPack:
    case OpKind::kPad:
    case OpKind::kPrelu:
    case OpKind::kQuantize:
    case OpKind::kReduceMax:
    case OpKind::kReduceMin:
    case OpKind::kRelu:
    case OpKind::kRelu6:
    case OpKind::kReluN1To1:
    case OpKind::kReshape:
    case OpKind::kResizeBilinear:
    case OpKind::kResizeNearestNeighbor:
    case OpKind::kRsqrt:
    case OpKind::kSlice:
    case OpKind::kSoftmax:
    case OpKind::kSpaceToDepth:
    case OpKind::kSplit:
    case OpKind::kSqueeze:
    case OpKind::kStridedSlice:
    case OpKind::kSub:
    case OpKind::kSum:
    case OpKind::kSquaredDifference:
    case OpKind::kTanh:
    case OpKind::kTranspose:
    case OpKind::kTransposeConv: return true;
    default: return false;
  }
}

bool works_on_bytes(const graph::Subgraph& subgraph, const graph::Op& op) {
  return std::all_of(op.outputs.begin(), op.outputs.end(), [&](int32_t output) {
    if (output == graph::kNoTensor) return true;
    const DType type = subgraph.tensors[static_cast<size_t>(output)].type;
    return type == DType::kInt8 || type == DType::kUint8;
  });
}

bool is_edge_conversion(const graph::Subgraph& subgraph, const graph::Op& op) {
  const auto holds = [](const std::vector<int32_t>& list, int32_t index) {
    return std::find(list.begin(), list.end(), index) != list.end();
  };
  if (op.kind == OpKind::kQuantize) return holds(subgraph.inputs, op.inputs[0]);
  return op.kind == OpKind::kDequantize && holds(subgraph.outputs, op.outputs[0]);
}

bool has_float_edge(const graph::Subgraph& subgraph) {
  const auto is_float = [&](int32_t index) {
    return graph::is_float(subgraph.tensors[static_cast<size_t>(index)].type);
  };
  return std::any_of(subgraph.inputs.begin(), subgraph.inputs.end(), is_float) ||
         std::any_of(subgraph.outputs.begin(), subgraph.outputs.end(), is_float);
}

bool is_large_outside(const graph::Shape& shape) {
  const size_t outside = shape.size() > 3 ? shape.size() - 3 : 0;
  return std::any_of(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(outside),
                     [](int32_t extent) { return extent > 1; });
}

std::string list_text(const std::vector<std::string>& labels) {
  const std::vector<std::string> shown(labels.begin(),
                                       labels.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, labels.size())));
  return fmt::format("{}{}", fmt::join(shown, ", "), labels.size() > kShown ? ", ..." : "");
}

}  // namespace

std::vector<std::string> coral_warnings(const graph::Model& model) {
  const graph::Subgraph& subgraph = model.main();
  std::vector<std::string> ops, tensors, warnings;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (is_edge_conversion(subgraph, op)) continue;
    if (!is_listed(op.kind) || !works_on_bytes(subgraph, op)) ops.push_back(op_label(subgraph, i));
    for (int32_t output : op.outputs) {
      if (output == graph::kNoTensor) continue;
      const auto t = static_cast<size_t>(output);
      if (!is_large_outside(subgraph.tensors[t].shape)) continue;
      tensors.push_back(fmt::format("{} {}", tensor_label(subgraph, t), graph::shape_text(subgraph.tensors[t].shape)));
    }
  }
  if (!ops.empty()) {
    warnings.push_back(fmt::format(
        "--target coral: {} operator{} of the quantized model run{} on the host, not being among those that "
        "the Edge TPU takes in 8 bits: {}; its compiler leaves what follows to the host as well",
        ops.size(), ops.size() == 1 ? "" : "s", ops.size() == 1 ? "s" : "", list_text(ops)));
  }
  if (!tensors.empty()) {
    warnings.push_back(
        fmt::format("--target coral: the Edge TPU takes tensors of at most three axes, further ones of extent 1; this "
                    "model has {}",
                    list_text(tensors)));
  }
  if (has_float_edge(subgraph)) {
    warnings.push_back(
        "--target coral: inputs and outputs of float32 are converted on the host; those of --io int8 or uint8 go to "
        "the "
        "device as they are");
  }
  return warnings;
}

}  // namespace atl::quantizer

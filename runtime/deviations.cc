#include "runtime/deviations.h"

#include <algorithm>
#include <cmath>

#include "common/graph/op_view.h"

namespace atl::runtime {
namespace {

using graph::DType;
using graph::OpKind;
using graph::OpView;
using graph::Tensor;
using Why = std::optional<std::string>;

bool input_is(const OpView& op, size_t position, DType type) {
  return op.input(position) != nullptr && op.input(position)->type == type;
}

Why sums_as_unsigned(const OpView& op) {
  if (op.op.kind != OpKind::kSum || !(input_is(op, 0, DType::kInt8) || input_is(op, 0, DType::kInt16))) return {};
  return fmt::format("the reference reads {} operands of SUM as uint8", graph::dtype_name(op.input(0)->type));
}

Why bytes_as_unsigned(const OpView& op) {
  if (op.op.kind != OpKind::kFullyConnected || op.op.outputs.empty()) return {};
  if (!input_is(op, 0, DType::kInt8) || op.output(0).type != DType::kInt16) return {};
  return "the reference reads the bytes of an int8 FULLY_CONNECTED with int16 results as uint8";
}

Why unwritten(const OpView& op) {
  const bool compares = op.op.kind == OpKind::kNotEqual && input_is(op, 0, DType::kInt16);
  if (compares && !op.input(0)->quant.present()) {
    return "the reference leaves the result of NOT_EQUAL on int16 without a scale unwritten";
  }
  const bool scalar = op.op.kind == OpKind::kTranspose && op.input(0) != nullptr && op.input(0)->shape.empty();
  if (scalar) return "the reference leaves the result of TRANSPOSE unwritten for a scalar";
  return {};
}

// The attribute of int16 convolutions and products that says how their bias is read.
Why bias_misread(const OpView& op) {
  const size_t position = op.op.kind == OpKind::kTransposeConv ? 3 : 2;
  const size_t activations = op.op.kind == OpKind::kTransposeConv ? 2 : 0;
  if (!input_is(op, activations, DType::kInt16) || op.input(position) == nullptr) return {};
  // The form with int16 weights takes the other default.
  const DType assumed = input_is(op, 1, DType::kInt16) ? DType::kInt32 : DType::kInt64;
  const DType stored = op.input(position)->type;
  if (stored == assumed) return {};
  return std::visit(
      [&](const auto& attrs) -> Why {
        if constexpr (requires { attrs.quantized_bias_type; }) {
          if (attrs.quantized_bias_type != DType::kFloat32) return {};
          return fmt::format("the reference reads the {} bias as {}, since quantized_bias_type is not stated",
                             graph::dtype_name(stored), graph::dtype_name(assumed));
        }
        return {};
      },
      op.op.attrs);
}

bool is_hybrid(const OpView& op) {
  return input_is(op, 0, DType::kFloat32) && (input_is(op, 1, DType::kInt8) || input_is(op, 1, DType::kUint8));
}

Why hybrid_products(const OpView& op) {
  if (!is_hybrid(op)) return {};
  const Tensor& weights = *op.input(1);
  if (op.op.kind == OpKind::kBatchMatMul) {
    const graph::Shape& out = op.output(0).shape;
    const auto large = std::count_if(out.begin(), out.end() - std::min<int64_t>(2, static_cast<int64_t>(out.size())),
                                     [](int32_t extent) { return extent > 1; });
    if (large > 1)
      return "the reference takes the quantization of another matrix in a hybrid BATCH_MATMUL of several batch axes";
  }
  const bool grouped = op.op.kind == OpKind::kConv2D && op.input(0)->shape.back() != weights.shape.back();
  if (grouped && !weights.quant.per_channel())
    return "the reference reads beyond the one scale of a hybrid grouped CONV_2D";
  if (weights.type == DType::kInt8 && weights.is_constant() &&
      std::find(weights.data->begin(), weights.data->end(), uint8_t{0x80}) != weights.data->end()) {
    return "the reference's hybrid products take a weight of -128 for 128";
  }
  return {};
}

Why recurrent_states(const OpView& op) {
  if (op.op.kind != OpKind::kBidirectionalSequenceLstm || op.input(0) == nullptr) return {};
  const auto& attrs = op.attrs<graph::BidirectionalLstmAttrs>();
  const bool batches = !op.input(0)->shape.empty() && op.input(0)->shape.front() > 1;
  if (!attrs.merge_outputs || attrs.time_major || !batches) return {};
  return "the reference takes other batches' states in a BIDIRECTIONAL_SEQUENCE_LSTM of merged outputs, batch first";
}

// Scales so far apart that the factor between them is beyond any shift of 31 bits.
Why degenerate_scales(const OpView& op) {
  if (op.op.outputs.empty() || op.output(0).quant.scale.size() != 1) return {};
  double product = 1;
  for (size_t i = 0; i < op.op.inputs.size(); ++i) {
    const Tensor* input = op.input(i);
    if (input == nullptr || input->type == DType::kInt32 || input->quant.scale.empty()) continue;
    const float largest = *std::max_element(input->quant.scale.begin(), input->quant.scale.end());
    product = std::max(product * largest, double{largest});
  }
  if (product / op.output(0).quant.scale[0] < 0x1p31) return {};
  return fmt::format("the output's scale {} is so small beside the inputs' that the reference shifts beyond its words",
                     op.output(0).quant.scale[0]);
}

// The 64-bit multiplication by a multiplier, which REDUCE_PROD makes for every element, is for factors below 2^7.
Why product_factor(const OpView& op) {
  if (op.op.kind != OpKind::kReduceProd || op.op.outputs.empty() || op.input(0) == nullptr) return {};
  const Tensor &input = *op.input(0), &output = op.output(0);
  if (input.quant.scale.size() != 1 || output.quant.scale.size() != 1) return {};
  const auto elements = static_cast<double>(graph::num_elements(input.shape));
  const double count = elements / static_cast<double>(std::max<int64_t>(1, graph::num_elements(output.shape)));
  const double factor =
      double{input.quant.scale[0]} / std::pow(double{output.quant.scale[0]}, 1 / std::max(count, 1.0));
  if (factor < 128) return {};
  return "the reference shifts by a negative count in a REDUCE_PROD whose factor is 128 or more";
}

Why why_no_judge(const OpView& op) {
  if (op.op.kind == OpKind::kUnknown) return {};
  for (const auto rule : {sums_as_unsigned, bytes_as_unsigned, unwritten, bias_misread, hybrid_products,
                          recurrent_states, degenerate_scales, product_factor}) {
    if (Why why = rule(op)) return why;
  }
  return {};
}

}  // namespace

std::vector<Deviation> known_deviations(const graph::Subgraph& subgraph) {
  std::vector<Deviation> deviations;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    if (Why why = why_no_judge({subgraph, subgraph.ops[i]})) deviations.push_back({i, std::move(*why)});
  }
  return deviations;
}

std::vector<bool> behind_deviations(const graph::Subgraph& subgraph, const std::vector<Deviation>& deviations) {
  std::vector<bool> behind(subgraph.tensors.size(), false);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    const bool is_one =
        std::any_of(deviations.begin(), deviations.end(), [&](const Deviation& d) { return d.op == i; });
    const bool reads_one = std::any_of(op.inputs.begin(), op.inputs.end(), [&](int32_t input) {
      return input != graph::kNoTensor && behind[static_cast<size_t>(input)];
    });
    if (!is_one && !reads_one) continue;
    for (const int32_t output : op.outputs) {
      if (output != graph::kNoTensor) behind[static_cast<size_t>(output)] = true;
    }
  }
  return behind;
}

}  // namespace atl::runtime

#include "quantizer/weights/weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "common/graph/verifier.h"
#include "common/numerics/half.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/weight_scales.h"
#include "quantizer/rewrite/quantize_values.h"
#include "quantizer/weights/weight_operands.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::kNoTensor;

// A reader of a constant.
struct Use {
  size_t op = 0, position = 0;
  bool hybrid = false;
  std::optional<int32_t> channels;
};

// The constants of one subgraph, brought into their new form.
class Rewriter {
 public:
  Rewriter(graph::Model& model, size_t subgraph, const WeightOptions& options, WeightResult& result)
      : subgraph_(model.subgraphs[subgraph]), index_(subgraph), options_(options), result_(result) {}

  Status run() {
    const size_t tensors = subgraph_.tensors.size();
    for (size_t i = 0; i < tensors; ++i) {
      const graph::Tensor& tensor = subgraph_.tensors[i];
      if (tensor.type != DType::kFloat32 || !tensor.is_constant() || !tensor.plain || is_edge(i)) continue;
      const std::optional<WeightMode> mode = mode_of_tensor(i);
      if (!mode) continue;
      if (*mode == WeightMode::kFloat16) {
        ATOLL_TRY(to_half(i));
      } else {
        ATOLL_TRY(to_int8(i));
      }
    }
    insert_dequantize();
    return {};
  }

 private:
  bool is_edge(size_t tensor) const {
    const auto index = static_cast<int32_t>(tensor);
    const auto holds = [&](const std::vector<int32_t>& list) {
      return std::find(list.begin(), list.end(), index) != list.end();
    };
    return holds(subgraph_.inputs) || holds(subgraph_.outputs);
  }

  std::optional<WeightMode> mode_of(size_t op) const {
    if (options_.choices.empty() || index_ != 0) return options_.mode;
    return weight_mode(options_.choices[op].precision);
  }

  // What becomes of a constant by all that read it; nothing: it stays.
  std::optional<WeightMode> mode_of_tensor(size_t tensor) {
    if (options_.choices.empty() || index_ != 0) return options_.mode;
    size_t readers = 0, halves = 0, bytes = 0;
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      const std::vector<int32_t>& inputs = subgraph_.ops[i].inputs;
      if (std::find(inputs.begin(), inputs.end(), static_cast<int32_t>(tensor)) == inputs.end()) continue;
      ++readers;
      const std::optional<WeightMode> mode = mode_of(i);
      if (mode) ++(*mode == WeightMode::kFloat16 ? halves : bytes);
    }
    if (readers > 0 && halves == readers) return WeightMode::kFloat16;
    if (readers > 0 && bytes == readers) return WeightMode::kDynamicRange;  // uses_of tells weight-only readers apart
    if (halves + bytes > 0) report(tensor, false, "its readers want it in different forms");
    return std::nullopt;
  }

  // Readers of a tensor as weights; `others` counts those that read it as something else.
  std::vector<Use> uses_of(size_t tensor, size_t& others) const {
    std::vector<Use> uses;
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      const graph::Op& op = subgraph_.ops[i];
      const std::vector<WeightOperand> weights = weight_operands(op);
      for (size_t k = 0; k < op.inputs.size(); ++k) {
        if (op.inputs[k] != static_cast<int32_t>(tensor)) continue;
        const auto found = std::find_if(weights.begin(), weights.end(),
                                        [&](const WeightOperand& weight) { return weight.position == k; });
        if (found == weights.end()) {
          ++others;
        } else {
          uses.push_back({i, k, found->hybrid && mode_of(i) == WeightMode::kDynamicRange, channels_of(i, *found)});
        }
      }
    }
    return uses;
  }

  std::optional<int32_t> channels_of(size_t op, const WeightOperand& weight) const {
    const bool is_dense = subgraph_.ops[op].kind == graph::OpKind::kFullyConnected;
    const bool chosen = index_ == 0 && !options_.choices.empty() && options_.choices[op].one_weight_scale;
    const bool one_scale = chosen || (options_.per_tensor_fully_connected && is_dense);
    return one_scale ? std::nullopt : weight.channels;
  }

  Status check_finite(size_t tensor, const std::vector<float>& values) const {
    for (size_t i = 0; i < values.size(); ++i) {
      if (std::isfinite(values[i])) continue;
      return make_error(ErrorCode::kUnsupported, "{}: element {} is {}; weights must be finite numbers",
                        graph::tensor_label(subgraph_, tensor), i, values[i]);
    }
    return {};
  }

  Status to_int8(size_t index) {
    size_t others = 0;
    const std::vector<Use> uses = uses_of(index, others);
    if (uses.empty()) return {};
    const int64_t elements = graph::num_elements(subgraph_.tensors[index].shape);
    if (elements < options_.min_elements) {
      report(index, false, fmt::format("{} elements, below {}", elements, options_.min_elements));
      return {};
    }
    const std::vector<float> values = float_values(subgraph_.tensors[index]);
    ATOLL_TRY(check_finite(index, values));
    graph::Tensor quantized = subgraph_.tensors[index];
    ConstantPlan plan;
    plan.form = ConstantForm::kWeights;
    plan.quant = scales_for(quantized.shape, values, uses);
    quantized.data = graph::make_buffer(quantize_constant(values, quantized.shape, plan));
    quantized.type = DType::kInt8;
    quantized.quant = plan.quant;
    report(index, true,
           fmt::format("int8, {} scale{}", plan.quant.scale.size(), plan.quant.scale.size() == 1 ? "" : "s"));
    replace(index, std::move(quantized), uses, others);
    return {};
  }

  // One scale a channel if all readers have the same axis of channels, else one for all.
  static graph::Quantization scales_for(const graph::Shape& shape, const std::vector<float>& values,
                                        const std::vector<Use>& uses) {
    graph::Quantization quant;
    const std::optional<int32_t> axis = uses.front().channels;
    const bool agree = std::all_of(uses.begin(), uses.end(), [&](const Use& use) { return use.channels == axis; });
    if (axis && agree) {
      quant.scale = symmetric_scales(values, shape, *axis);
      quant.axis = quant.scale.size() > 1 ? *axis : 0;
    } else {
      quant.scale = symmetric_scales(values, {1, static_cast<int32_t>(values.size())}, 0);
    }
    quant.zero_point.assign(quant.scale.size(), 0);
    return quant;
  }

  Status to_half(size_t index) {
    const std::vector<float> values = float_values(subgraph_.tensors[index]);
    ATOLL_TRY(check_finite(index, values));
    std::vector<uint8_t> bytes(values.size() * sizeof(uint16_t));
    bool clamped = false;
    for (size_t i = 0; i < values.size(); ++i) {
      const uint16_t half = numerics::float_to_half(std::clamp(values[i], -65504.0f, 65504.0f));
      clamped = clamped || std::fabs(values[i]) > 65504.0f;
      std::memcpy(&bytes[i * sizeof half], &half, sizeof half);
    }
    if (clamped) {
      result_.warnings.push_back(
          fmt::format("{} has values beyond 65504, the largest of float16; they are clamped to it",
                      graph::tensor_label(subgraph_, index)));
    }
    report(index, true, "float16");
    graph::Tensor half = subgraph_.tensors[index];
    half.type = DType::kFloat16;
    half.data = graph::make_buffer(std::move(bytes));
    replace(index, std::move(half), {}, 1);
    return {};
  }

  // Hybrid readers get the new form; a DEQUANTIZE gives the others float32 again.
  void replace(size_t index, graph::Tensor form, const std::vector<Use>& uses, size_t others) {
    std::vector<Use> hybrid;
    for (const Use& use : uses) {
      if (use.hybrid) hybrid.push_back(use);
    }
    const bool needs_float = others > 0 || hybrid.size() < uses.size();
    const graph::Tensor original = std::exchange(subgraph_.tensors[index], std::move(form));
    for (const Use& use : hybrid) {
      ask_for_asymmetric_inputs(subgraph_.ops[use.op]);
      subgraph_.ops[use.op].version = 0;
    }
    if (!needs_float) return;
    graph::Tensor widened = original;
    widened.name += "_dequantized";
    widened.data = nullptr;
    subgraph_.tensors.push_back(std::move(widened));
    const auto to = static_cast<int32_t>(subgraph_.tensors.size()) - 1;
    for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
      for (size_t k = 0; k < subgraph_.ops[i].inputs.size(); ++k) {
        const bool keeps =
            std::any_of(hybrid.begin(), hybrid.end(), [&](const Use& use) { return use.op == i && use.position == k; });
        int32_t& input = subgraph_.ops[i].inputs[k];
        if (input == static_cast<int32_t>(index) && !keeps) input = to;
      }
    }
    graph::Op op;
    op.kind = graph::OpKind::kDequantize;
    op.attrs = graph::NoAttrs{};
    op.inputs = {static_cast<int32_t>(index)}, op.outputs = {to};
    dequantize_.push_back(std::move(op));
  }

  // They need constants alone, so they come first.
  void insert_dequantize() {
    subgraph_.ops.insert(subgraph_.ops.begin(), std::make_move_iterator(dequantize_.begin()),
                         std::make_move_iterator(dequantize_.end()));
  }

  void report(size_t index, bool quantized, std::string note) {
    const graph::Tensor& tensor = subgraph_.tensors[index];
    result_.weights.push_back({index_, tensor.name, graph::num_elements(tensor.shape), quantized, std::move(note)});
  }

  graph::Subgraph& subgraph_;
  const size_t index_;
  const WeightOptions& options_;
  WeightResult& result_;
  std::vector<graph::Op> dequantize_;
};

}  // namespace

std::optional<WeightMode> weight_mode(Precision precision) {
  switch (precision) {
    case Precision::kDynamicRange: return WeightMode::kDynamicRange;
    case Precision::kWeightOnly: return WeightMode::kWeightOnly;
    case Precision::kFloat16: return WeightMode::kFloat16;
    default: return std::nullopt;
  }
}

Status quantize_main_weights(graph::Model& model, const WeightOptions& options, WeightResult& result) {
  return Rewriter(model, 0, options, result).run();
}

Result<WeightResult> quantize_weights(const graph::Model& model, const WeightOptions& options) {
  WeightResult result;
  graph::Model changed = model;
  ErrorCollector errors;
  for (size_t i = 0; i < changed.subgraphs.size(); ++i) errors.add(Rewriter(changed, i, options, result).run());
  ATOLL_TRY(std::move(errors).status());
  if (result.weights.empty()) {
    return make_error(ErrorCode::kUnsupported,
                      "the model has no float32 weights, so there is nothing to quantize; is it quantized already?");
  }
  const bool any =
      std::any_of(result.weights.begin(), result.weights.end(), [](const WeightReport& row) { return row.quantized; });
  if (!any) {
    result.warnings.push_back(fmt::format("nothing is quantized: no weights have {} elements or more (--min-elements)",
                                          options.min_elements));
  }
  ATOLL_TRY(graph::verify(changed));
  result.model = std::move(changed);
  return result;
}

}  // namespace atl::quantizer

// The plan of a quantized model: the form of every activation (float32, or integers with scale and zero point), type
// and scales of every constant, where values are read in another form than they have. What is known of the float model
// and its ranges goes in; the rewriter only carries it out.
#pragma once

#include <map>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/observe/range.h"
#include "quantizer/plan/affine.h"
#include "quantizer/plan/forms.h"
#include "quantizer/plan/scale_groups.h"

namespace atl::quantizer {

// How the values of a constant become integers (rewrite/quantize_values.h).
enum class ConstantForm : uint8_t {
  kWeights,     // symmetric, a scale a channel or one for all
  kBias,        // symmetric, a scale a channel or one for all
  kActivation,  // one scale and zero point
};

// What a float32 constant becomes for one of its readers.
struct ConstantPlan {
  ConstantForm form = ConstantForm::kActivation;
  graph::DType type = graph::DType::kInt8;  // int8 of kWeights; int32 or int64 of kBias; int8 or int16 of kActivation
  graph::Quantization quant;
  bool operator==(const ConstantPlan&) const = default;
};

struct Plan {
  std::vector<Form> activations;  // by tensor of the float model: what it is computed or fed in; float32 for all others
  std::map<OperandRef, ConstantPlan> constants;  // others stay as they are
  // Operands that read an activation in another form than its own: through a QUANTIZE or DEQUANTIZE.
  std::map<OperandRef, Form> reads;
  std::vector<Form> inputs, outputs;  // the model's, by position; float32 where they keep their type
  std::vector<graph::DType> of_op;    // the types that operators compute in (Forms::of_op)

  bool is_integer(size_t op) const { return of_op[op] != graph::DType::kFloat32; }
  bool operator==(const Plan&) const = default;
};

// By the rule of every operator (graph::QuantRule) that isn't to stay in float32:
//   activations      by activation_params of their group's range (scale_groups.h), or fixed
//   weights          int8, symmetric, a scale a channel (weight_scales.h) or one for all; a constant alpha of PRELU
//                    one for all
//   biases           int32 or int64, zero point 0, scale input x weights of the channel
//   other constants  like activations: by their own range, or in the scale of the group they are joined to
// The subgraph has passed prepare, and its integer operators check_quantizable; choices are by operator, ranges by
// tensor.
Plan make_plan(const graph::Subgraph& subgraph, const std::vector<Range>& ranges, const std::vector<OpChoice>& choices,
               const EdgeTypes& edges);

}  // namespace atl::quantizer

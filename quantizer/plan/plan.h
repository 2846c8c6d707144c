// The plan of an int8 model: scale and zero point of every activation, type and scales of every constant, where values
// are requantized. What is known of the float model and its ranges goes in; the rewriter only carries it out.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/observe/range.h"
#include "quantizer/plan/affine.h"
#include "quantizer/plan/scale_groups.h"

namespace atl::quantizer {

// How the values of a constant become integers (rewrite/quantize_values.h).
enum class ConstantForm : uint8_t {
  kWeights,     // int8, symmetric, a scale a channel
  kBias,        // int32, symmetric, a scale a channel
  kActivation,  // int8, one scale and zero point
};

// What a float32 constant becomes for one of its readers.
struct ConstantPlan {
  ConstantForm form = ConstantForm::kActivation;
  graph::Quantization quant;
  bool operator==(const ConstantPlan&) const = default;
};

struct Plan {
  std::vector<std::optional<AffineParams>> activations;  // by tensor of the float model
  std::map<OperandRef, ConstantPlan> constants;
  std::map<OperandRef, AffineParams> requantized;  // operands that read through a QUANTIZE into these parameters

  bool operator==(const Plan&) const = default;
};

// By the rule of every operator (graph::QuantRule):
//   activations      int8 by asymmetric_int8 of their group's range (scale_groups.h), or fixed
//   weights          int8, symmetric, a scale a channel (weight_scales.h)
//   biases           int32, zero point 0, scale input x weights of the channel
//   other constants  int8: by their own range, or in the scale of the group they are joined to
// The subgraph has passed check_quantizable and simplify; ranges are by tensor.
Plan make_plan(const graph::Subgraph& subgraph, const std::vector<Range>& ranges);

}  // namespace atl::quantizer

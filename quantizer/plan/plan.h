// The plan of an integer model: scale and zero point of every activation, type and scales of every constant, where
// values are requantized. What is known of the float model and its ranges goes in; the rewriter only carries it out.
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
  Scheme scheme = Scheme::kInt8;
  std::vector<std::optional<AffineParams>> activations;  // by tensor of the float model
  std::map<OperandRef, ConstantPlan> constants;
  std::map<OperandRef, AffineParams> requantized;  // operands that read through a QUANTIZE into these parameters

  bool operator==(const Plan&) const = default;
};

// By the rule of every operator (graph::QuantRule):
//   activations      by activation_params of their group's range (scale_groups.h), or fixed
//   weights          int8, symmetric, a scale a channel (weight_scales.h); a constant alpha of PRELU one for all
//   biases           int32 or int64, zero point 0, scale input x weights of the channel
//   other constants  like activations: by their own range, or in the scale of the group they are joined to
// The subgraph has passed check_quantizable and simplify; ranges are by tensor.
Plan make_plan(const graph::Subgraph& subgraph, const std::vector<Range>& ranges, Scheme scheme);

}  // namespace atl::quantizer

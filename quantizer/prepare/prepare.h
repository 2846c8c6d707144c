// The float model made ready for quantization, without changing what it computes: docs/quantization.md, "What is
// tidied before".
#pragma once

#include <string>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/prepare/carried_ranges.h"

namespace atl::quantizer {

struct Prepared {
  graph::Model model;    // Op::shown_index: messages show the operators' indices of the model given
  CarriedRanges ranges;  // by tensor of it
  std::string summary;   // "2 MUL or ADD folded into layers, 3 activations fused"; empty if nothing was done
  std::vector<std::string> warnings;
};

// In the main subgraph, in this order and as long as there is anything to do: narrow weights are widened
// (narrow_weights.h), NEG and SQUARE become products (equivalents.h), what depends on constants alone is computed
// (constants.h), FAKE_QUANT is taken as a range (carried_ranges.h), operators that change nothing vanish
// (identities.h), multiplications and additions a channel go into weights (linear_folding.h), activations are fused
// (activations.h).
//
// Tensors keep their indices; new constants come behind them, and those that nothing refers to any more stay in the
// list. Inputs, outputs and signatures stay. The model has passed graph::verify, and the result does.
Prepared prepare(const graph::Model& model);

}  // namespace atl::quantizer

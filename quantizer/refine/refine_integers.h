// Refinements of a quantized model's integers: adaptive rounding of weights, correction of biases.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/refine/refinements.h"
#include "quantizer/rewrite/rewriter.h"

namespace atl::quantizer {

// Called with the operators done and their number.
using RefineProgress = std::function<void(size_t done, size_t total)>;

// Layer by layer in the model's order, each knowing what the layers before it, refined already, give it:
//
//   adaround  CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED weights are rounded so that the layer's sums come closest
//             to those of the float model (rounding.h), at about 1,024 positions. Weights that layers share stay.
//   bias      the expected error of every output channel, over all samples and positions and before the activation, is
//             taken from the layer's bias; a missing bias is made. Nagel, van Baalen, Blankevoort, Welling,
//             "Data-free quantization through weight equalization and bias correction", arXiv:1906.04721 (2019),
//             section 4.2 and appendix D: the empirical form, with the error of all layers before in it. Such a mean is
//             linear: it is the layer's output for the mean of its inputs.
//
// `float_model` is the one that `rewritten` comes from; samples are float32 bytes by input. Operators that compute in
// float stay as they are. Returns what was done, a line each. The interpreter's errors.
Result<std::vector<std::string>> refine_integers(const graph::Model& float_model, Rewritten& rewritten,
                                                 const std::vector<std::vector<Bytes>>& samples,
                                                 const Refinements& refinements, const RefineProgress& progress);

}  // namespace atl::quantizer

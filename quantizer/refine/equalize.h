// Cross-layer equalization: channels of a layer's result get ranges of one size, and the next layer undoes it.
#pragma once

#include <string>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/plan/forms.h"
#include "quantizer/prepare/carried_ranges.h"

namespace atl::quantizer {

// Nagel, van Baalen, Blankevoort, Welling, "Data-free quantization through weight equalization and bias correction",
// arXiv:1906.04721 (2019), section 4.1: for every pair of layers (layer_pairs.h), channel i of the first one's weights
// and bias is divided by s_i > 0 and the second one's weights for it are multiplied by s_i, so the model computes what
// it did. s_i = sqrt(r1_i / r2_i) from the channel's share in the range of either side makes the two shares equal;
// pairs take turns until nothing changes, which is how triples with a depthwise layer are settled.
//
// r2_i is the largest of the second layer's weights for the channel over the largest of all, r1_i likewise of the first
// one's weights, where a layer has one scale. With a scale a channel, a first layer's channels don't compete, nor a
// depthwise second layer's. In place of the former the results' range counts (the largest magnitude over the samples),
// as in Xiao et al., "SmoothQuant", arXiv:2211.10438 (2022), or, where these are int16 and have steps to spare, 1; in
// place of the latter 1.
//
// RELU6 doesn't scale. Its channels change only if they stay below 6 in all samples by a tenth, and no further than
// that: on the samples nothing is clipped before or after.
//
// `choices` by operator; pairs are of two that will be integer. Samples are float32 bytes by input. Returns a line
// about what was done. Errors of the interpreter.
Result<std::string> equalize(graph::Model& model, const CarriedRanges& ranges, const std::vector<OpChoice>& choices,
                             const std::vector<std::vector<Bytes>>& samples);

}  // namespace atl::quantizer

// Multiplications and additions a channel, as batch normalization leaves them behind a layer, go into its weights.
#pragma once

#include "quantizer/prepare/carried_ranges.h"
#include "quantizer/prepare/edits.h"

namespace atl::quantizer {

// MUL, DIV, ADD and SUB with a constant of one value, or one a channel, behind CONV_2D, DEPTHWISE_CONV_2D,
// FULLY_CONNECTED or TRANSPOSE_CONV: w s x + b s for (w x + b) s, w x + (b + c) for (w x + b) + c, c - y as (-1) y + c.
// The layer gets a bias if it has none. Its result must have no activation, no other reader, be no output and carry no
// range of its own; weights that carry a range are not scaled (it would lose its meaning); values must stay finite. An
// activation of the operator stays as an operator (fuse_activations takes it). Weights that other layers share stay as
// they are for these. Source of the idea: Jacob et al., "Quantization and training of neural networks for efficient
// integer-arithmetic-only inference", arXiv:1712.05877 (2017), section 3.2. Returns how many.
size_t fold_linear(Edits& edits, const CarriedRanges& ranges);

}  // namespace atl::quantizer

// What stands in the way of an integer-only model, found before any data is asked for.
#pragma once

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/plan/scheme.h"

namespace atl::quantizer {

// Success, or one kUnsupported error with a message for everything that can't be quantized that way: every such
// operator of every subgraph (kind, index, output's name, reason, what would help), and what concerns the model as a
// whole. A model that computes nothing in float32 gets one message that says so. The model has passed graph::verify.
Status check_quantizable(const graph::Model& model, Scheme scheme = Scheme::kInt8);

// Whether an operator only widens float16 constants to float32, as converters write float16 weights; quantization takes
// the constants themselves (rewrite/simplify.h).
bool widens_half_constant(const graph::Subgraph& subgraph, const graph::Op& op);

// Whether an operator computes in float32 with constant int8 or uint8 weights, as dynamic-range quantization leaves
// it; quantization takes what these weights stand for.
bool has_integer_weights(const graph::Subgraph& subgraph, const graph::Op& op);

}  // namespace atl::quantizer

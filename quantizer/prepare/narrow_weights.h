// Weights that a float model holds in fewer bits.
#pragma once

#include "quantizer/prepare/edits.h"

namespace atl::quantizer {

// DEQUANTIZE of a float16 constant becomes a float32 constant. Returns how many.
size_t widen_half_weights(Edits& edits);

// Constant int8 or uint8 weights of operators that compute in float32 (a dynamic-range model) become the float32
// values that they stand for. Returns how many operators had such.
size_t widen_integer_weights(Edits& edits);

}  // namespace atl::quantizer

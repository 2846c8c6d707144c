// Operators without an integer kernel whose results another operator with one computes exactly as well.
#pragma once

#include "quantizer/prepare/edits.h"

namespace atl::quantizer {

// SQUARE of x becomes MUL of x and x, NEG of x MUL of x and -1: in float32 the same bits. (Integer NEG of the reference
// negates the integers without regard to zero points.) Returns how many.
size_t replace_by_products(Edits& edits);

}  // namespace atl::quantizer

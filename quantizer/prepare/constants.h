// What depends on constants alone is computed once, here.
#pragma once

#include "quantizer/prepare/carried_ranges.h"
#include "quantizer/prepare/edits.h"

namespace atl::quantizer {

// Operators whose operands are constants (or that ask for a shape that is known) become constants, and shapes that
// follow from these are filled in, as far as the interpreter itself would before it runs (kernels/resolve.h).
// DEQUANTIZE of integers stays: it belongs to a model that is quantized already. So do outputs of the model. Ranges of
// constants pass on to constants that hold the same values. A FAKE_QUANT counts among `fake_quants`. Returns how many
// operators were computed.
size_t compute_constants(Edits& edits, CarriedRanges& ranges, size_t& fake_quants);

}  // namespace atl::quantizer

// Ranges that a model brings along from quantization-aware training: FAKE_QUANT operators, pairs of QUANTIZE and
// DEQUANTIZE, min and max beside a tensor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "quantizer/prepare/edits.h"

namespace atl::quantizer {

struct CarriedRange {
  float min = 0, max = 0;
  int32_t bits = 8;
  bool narrow = false;

  bool operator==(const CarriedRange&) const = default;
};
using CarriedRanges = std::vector<std::optional<CarriedRange>>;  // by tensor

// Takes every FAKE_QUANT out. Its range is that of the tensor it rounded; a constant gets the rounded values, the ones
// the network was trained to work with. Where a tensor has several, the widest ends count. Returns how many.
size_t take_fake_quants(Edits& edits, CarriedRanges& ranges);

// The same for QUANTIZE read by nothing but DEQUANTIZE to float32, which is how TensorFlow's converter writes
// FAKE_QUANT today: the range is that of the integers between them. Constants with a scale a channel are rounded, and
// have no range. Returns how many QUANTIZE.
size_t take_rounding_pairs(Edits& edits, CarriedRanges& ranges);

// The min and max that older converters store with float32 activations become ranges where there is none from training;
// but not if inputs of the model alone have them (some say 0 and 255 of pixels there, whatever is fed). Returns how
// many.
size_t take_stored_ranges(const graph::Subgraph& subgraph, CarriedRanges& ranges);

// Ranges of activations that follow from others: operators that only move or choose values give their outputs what all
// of their operands have, and take for an operand that nobody else reads what their output has.
void spread_ranges(const graph::Subgraph& subgraph, CarriedRanges& ranges);

}  // namespace atl::quantizer

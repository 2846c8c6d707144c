// Ranges that a model brings along from quantization-aware training: FAKE_QUANT operators, and min and max beside a
// tensor.
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

// The min and max that older converters store with float32 activations become ranges where there is no FAKE_QUANT.
// Returns how many.
size_t take_stored_ranges(const graph::Subgraph& subgraph, CarriedRanges& ranges);

// Ranges of activations that follow from others: operators that only move or choose values give their outputs what all
// of their operands have, and take for an operand that nobody else reads what their output has.
void spread_ranges(const graph::Subgraph& subgraph, CarriedRanges& ranges);

}  // namespace atl::quantizer

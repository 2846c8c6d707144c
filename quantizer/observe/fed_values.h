// From the values that arrays store to those an input is fed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::quantizer {

struct SampleOptions {
  // The value fed is the stored value * scale + offset, computed in double. Unless one of them is given, arrays for
  // float32 inputs must be float32 themselves: bytes fed as they are would calibrate the wrong ranges.
  std::optional<double> scale, offset;
  std::optional<int64_t> max_samples;  // use the first so many; >= 1

  bool converts() const { return scale || offset; }
};

// Which inputs are float32, by position.
std::vector<bool> float_inputs(const graph::Subgraph& subgraph);

// `types` by position. kInvalid for every float32 input whose array has another type, unless the options convert.
Status check_fed_types(const graph::Subgraph& subgraph, const std::vector<arrays::ElementType>& types,
                       const SampleOptions& options);

// One sample of one input; is_float: of a float32 input.
Bytes fed_bytes(arrays::ElementType type, bool is_float, std::span<const uint8_t> stored, const SampleOptions& options);

// Fewer samples than were asked for.
std::vector<std::string> sample_warnings(int64_t num_samples, const SampleOptions& options);

}  // namespace atl::quantizer

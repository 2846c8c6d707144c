// Representative data from arrays in memory (those of an .npz or .npy file).
#pragma once

#include <optional>

#include "common/arrays/array.h"
#include "common/kernels/bind_inputs.h"
#include "quantizer/observe/representative_data.h"

namespace atl::quantizer {

struct ArraySampleOptions {
  // The value fed is the stored value * scale + offset, computed in double. Unless one of them is given, arrays for
  // float32 inputs must be float32 themselves: bytes fed as they are would calibrate the wrong ranges.
  std::optional<double> scale, offset;
  std::optional<int64_t> max_samples;  // use the first so many; >= 1
};

// Arrays by the name or position of their inputs, each [samples, *input shape] or one sample in the input's exact
// shape; a batch axis of 1 may be left out (kernels::bind_inputs).
class ArraySamples : public RepresentativeData {
 public:
  explicit ArraySamples(arrays::NamedArrays arrays, ArraySampleOptions options = {})
      : arrays_(std::move(arrays)), options_(options) {}

  Status open(const graph::Subgraph& subgraph) override;
  int64_t num_samples() const override { return num_samples_; }
  Status next(std::vector<Bytes>& inputs) override;
  std::vector<std::string> warnings() const override;

 private:
  bool converts() const { return options_.scale || options_.offset; }
  Status check_types(const graph::Subgraph& subgraph);
  Bytes values(size_t position, int64_t sample) const;

  arrays::NamedArrays arrays_;
  ArraySampleOptions options_;
  std::optional<kernels::BoundInputs> bound_;
  std::vector<bool> is_float_;  // by input
  int64_t num_samples_ = 0, next_ = 0;
};

}  // namespace atl::quantizer

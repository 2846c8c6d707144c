// Representative data from arrays in memory (those of an .npz or .npy file).
#pragma once

#include <optional>

#include "common/arrays/array.h"
#include "common/kernels/bind_inputs.h"
#include "quantizer/observe/fed_values.h"
#include "quantizer/observe/representative_data.h"

namespace atl::quantizer {

using ArraySampleOptions = SampleOptions;

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
  Status check_types(const graph::Subgraph& subgraph);

  arrays::NamedArrays arrays_;
  ArraySampleOptions options_;
  std::optional<kernels::BoundInputs> bound_;
  std::vector<bool> is_float_;  // by input
  int64_t num_samples_ = 0, next_ = 0;
};

}  // namespace atl::quantizer

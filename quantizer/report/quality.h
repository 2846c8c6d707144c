// The float model and the quantized one run side by side on the same samples: how far apart they are, tensor by tensor
// and as wholes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/observe/observer.h"
#include "quantizer/observe/representative_data.h"
#include "quantizer/report/error_statistics.h"

namespace atl::quantizer {

struct OutputQuality {
  size_t tensor = 0;  // of the quantized model
  ErrorStatistics errors;
  // Rows of the last axis, if it has several elements, and in how many of them the first largest one is at the same
  // place in both models.
  int64_t rows = 0, agreeing = 0;
};

struct Quality {
  int64_t samples = 0;
  // By tensor of the quantized model's main subgraph: activations over all samples, constants as they are. Nothing
  // where the float model has no such tensor or either has no real values.
  std::vector<std::optional<ErrorStatistics>> tensors;
  std::vector<OutputQuality> outputs;  // that hold real values
};

// `origin` by tensor of `after`: that of `before` that it stands for, -1 for none. Both have passed graph::verify;
// inputs and outputs correspond by position. The data is opened and read once, sample by sample; variables carry on
// from sample to sample in both models. kInvalid for data that does not go with the model or is not finite, for a float
// model that computes NaN or infinity from it; kUnsupported for what the kernels refuse.
Result<Quality> measure_quality(const graph::Model& before, const graph::Model& after,
                                const std::vector<int32_t>& origin, RepresentativeData& data, const Progress& progress);

// An `origin` by names: for tensors whose name is that of exactly one tensor in both main subgraphs, of the same shape.
std::vector<int32_t> origins_by_name(const graph::Model& before, const graph::Model& after);

}  // namespace atl::quantizer

// Which operators cost most: what the outputs would gain with one of them in more bits.
#pragma once

#include <cstdint>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/observe/observer.h"
#include "quantizer/observe/representative_data.h"
#include "quantizer/report/making.h"
#include "quantizer/report/report.h"

namespace atl::quantizer {

// More samples would take long: every operator that computes makes for two models that run all of them.
inline constexpr int64_t kSensitivitySamples = 8;

// Ranks the operators that compute something (moving and joining values costs nothing by itself) by the outputs' signal
// to noise with that operator alone quantized, float edges and all others in float32: the least first (ties: in order
// of the operators). What keeping one of them in int16 activations or in float32 gives is measured as well, and keeping
// the first one, two, four, ... together: where two neighbours are kept, what lies between them is too. All on the
// first `most_samples` of the data, which are kept in memory. Fills in the report's costs.
//
// Signal to noise over several outputs: their ratios of noise to signal, averaged. Outputs without a float value but 0
// are left out. Errors are those of the data, and kInvalid where all outputs are 0. `after`: the quantized model, which
// the report's indices are of.
Status measure_sensitivity(const Making& making, const graph::Model& after, RepresentativeData& data,
                           int64_t most_samples, const Progress& progress, Report& report);

}  // namespace atl::quantizer

// A quality report as JSON text, for programs. What is not UTF-8 in names becomes U+FFFD.
//
//   {"samples": 100, "outputs": [{"name": "y", "sqnr_db": 31.2, "rmse": ..., "argmax": {"rows": 100, "agreeing": 99}}],
//    "layers": [{"op": 0, "kind": "CONV_2D", "name": ..., "type": "int8", "weights_sqnr_db": ..., "sqnr_db": ...},
//    ...], "tensors": [{"index": 0, "name": ..., "sqnr_db": ..., "mean_error": ..., "clipped_share": ..., ...}, ...],
//    "sensitivity": {"samples": 8, "sqnr_db": 31.2, "layers": [{"op": 3, ..., "alone_db": ..., ...}, ...],
//                    "steps": [{"operators": 1, "with_int16_db": ..., "with_float_db": ...}, ...]}}
//
// A signal-to-noise ratio is null where there is no error or no signal, and where a model can't be.
#pragma once

#include <string>

#include "quantizer/report/report.h"

namespace atl::quantizer {

// One tensor: index, name, type, shape, constant; scale, zero_point and axis if quantized; observed; errors if
// measured.
std::string tensor_json(const TensorReport& row);

// What was measured; null if nothing was.
std::string quality_json(const Report& report);

}  // namespace atl::quantizer

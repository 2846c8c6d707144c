// A quality report as a table for spreadsheets.
#pragma once

#include <string>

#include "quantizer/report/report.h"

namespace atl::quantizer {

// A line a tensor, comma-separated, names quoted where they need to be (RFC 4180, lines end with a newline alone):
// its operator (index and kind, empty for inputs and constants), quantization, seen range, errors, and what the
// outputs' signal to noise is with that operator alone quantized, with it in int16 and in float32. What isn't known is
// empty.
std::string report_csv(const Report& report);

}  // namespace atl::quantizer

// A quality report as one HTML page: tables and plots, nothing loaded from anywhere.
#pragma once

#include <string>
#include <string_view>

#include "quantizer/report/report.h"

namespace atl::quantizer {

// `title`: what was made of what. The report has add_quality's part.
std::string report_html(const Report& report, std::string_view title);

}  // namespace atl::quantizer

// Plots as SVG elements, to stand in an HTML page.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "quantizer/report/error_statistics.h"

namespace atl::quantizer {

// Text for HTML: &, <, > and quotes as entities, control characters and invalid UTF-8 as U+FFFD.
std::string html_text(std::string_view text);

struct Bar {
  std::string label;            // shown when the pointer is over it
  std::optional<double> value;  // nothing: drawn to the top, as "no error"
};

// A bar a value from `unit`-labelled 0 upwards, in their order; negative values hang below the axis.
std::string bar_plot(std::span<const Bar> bars, std::string_view unit);

// A small plot of how many values fall into equal parts of a range, of a tensor's errors; empty without any.
std::string histogram_plot(const ErrorStatistics& errors);

}  // namespace atl::quantizer

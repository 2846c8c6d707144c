#include "quantizer/report/svg_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace atl::quantizer {
namespace {

constexpr double kHeight = 180, kMargin = 40, kLeastWidth = 480;

// Bytes of the UTF-8 character that begins at text[0]; 0 if none does.
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const size_t length = byte(0) < 0x80 ? 1 : byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (length == 1) return 1;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  }
  return length;
}

// The distance of the axis' lines: 1, 2 or 5 times a power of ten, about five of them.
double tick_distance(double span) {
  const double rough = span / 5, power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const char c = text[0];
    if (length == 0 || (length == 1 && static_cast<uint8_t>(c) < 0x20)) {
      result += "\xef\xbf\xbd";
    } else if (length > 1) {
      result += text.substr(0, length);
    } else if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else if (c == '\'') {
      result += "&#39;";
    } else {
      result += c;
    }
    text.remove_prefix(std::max<size_t>(1, length));
  }
  return result;
}

std::string bar_plot(std::span<const Bar> bars, std::string_view unit) {
  if (bars.empty()) return {};
  double low = 0, high = 0;
  for (const Bar& bar : bars) low = std::min(low, bar.value.value_or(0)), high = std::max(high, bar.value.value_or(0));
  if (high - low <= 0) high = 1;
  const double pitch = std::max(6.0, (kLeastWidth - kMargin) / static_cast<double>(bars.size()));
  const double width = kMargin + pitch * static_cast<double>(bars.size());
  const auto y = [&](double value) { return 8 + (high - value) / (high - low) * (kHeight - 16); };
  std::string svg = fmt::format("<svg class=\"plot\" width=\"{:.0f}\" height=\"{:.0f}\" role=\"img\">", width, kHeight);
  const double tick = tick_distance(high - low);
  for (double at = std::ceil(low / tick) * tick; at <= high + tick / 1e6; at += tick) {
    svg += fmt::format(
        "<line x1=\"{0:.0f}\" x2=\"{1:.0f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/><text x=\"{3:.0f}\" y=\"{4:.1f}\">{5:.6g}</"
        "text>",
        kMargin, width, y(at), kMargin - 4, y(at) + 4, std::fabs(at) < tick / 1e6 ? 0 : at);
  }
  svg += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>", kMargin - 4, kHeight - 1, html_text(unit));
  for (size_t i = 0; i < bars.size(); ++i) {
    const double value = bars[i].value.value_or(high);
    const double top = std::min(y(value), y(0)), height = std::max(1.0, std::fabs(y(value) - y(0)));
    svg += fmt::format("<rect{} x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{}</title></rect>",
                       bars[i].value ? "" : " class=\"exact\"", kMargin + pitch * static_cast<double>(i) + 1, top,
                       pitch - 2, height, html_text(bars[i].label));
  }
  return svg + "</svg>";
}

std::string histogram_plot(const ErrorStatistics& errors) {
  const auto& bins = errors.histogram();
  const int64_t most = *std::max_element(bins.begin(), bins.end());
  if (most == 0) return {};
  std::string svg = fmt::format("<svg class=\"small\" width=\"{}\" height=\"24\" role=\"img\">", 3 * bins.size());
  for (size_t i = 0; i < bins.size(); ++i) {
    if (bins[i] == 0) continue;
    // Heights by logarithm: activations have many small values and few large ones.
    const double height = 23 * std::log1p(static_cast<double>(bins[i])) / std::log1p(static_cast<double>(most));
    svg += fmt::format("<rect x=\"{}\" y=\"{:.1f}\" width=\"2\" height=\"{:.1f}\"/>", 3 * i, 24 - height, height);
  }
  return svg + "</svg>";
}

}  // namespace atl::quantizer

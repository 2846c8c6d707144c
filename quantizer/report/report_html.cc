#include "quantizer/report/report_html.h"

#include <fmt/format.h>

#include <cmath>

#include "quantizer/report/svg_plots.h"

namespace atl::quantizer {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ccc; --bar: #3b74b9; --exact: #7aa66a; }
@media (prefers-color-scheme: dark) { :root { --ink: #ddd; --paper: #181818; --line: #444; --bar: #6fa3e0; } }
body { font: 14px/1.4 sans-serif; margin: 1.5em; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.3em; } h2 { font-size: 1.1em; margin-top: 2em; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; } th, td { padding: 2px 10px; border-bottom: 1px solid var(--line); }
th { text-align: left; font-weight: bold; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
svg rect { fill: var(--bar); } svg rect.exact { fill: var(--exact); } svg line { stroke: var(--line); }
svg text { fill: var(--ink); font-size: 11px; text-anchor: end; }
</style>
)";

std::string number(double value) { return fmt::format("{:.4g}", value); }
std::string decibels(const std::optional<double>& value) {
  if (!value) return "&ndash;";
  return std::isinf(*value) ? "exact" : fmt::format("{:.1f}", *value);
}
std::string percent(double share) { return share == 0 ? "0" : fmt::format("{:.3g} %", 100 * share); }

// A table's rows; columns that begin with "#" hold numbers.
class Table {
 public:
  explicit Table(std::initializer_list<std::string_view> columns) {
    text_ = "<div class=\"wide\"><table><tr>";
    for (std::string_view column : columns) {
      numbers_.push_back(column.starts_with('#'));
      if (numbers_.back()) column.remove_prefix(1);
      text_ += fmt::format("<th{}>{}</th>", numbers_.back() ? " class=\"n\"" : "", column);
    }
    text_ += "</tr>\n";
  }
  // Cells are HTML.
  void row(const std::vector<std::string>& cells) {
    text_ += "<tr>";
    for (size_t i = 0; i < cells.size(); ++i) {
      text_ += fmt::format("<td{}>{}</td>", numbers_[i] ? " class=\"n\"" : "", cells[i]);
    }
    text_ += "</tr>\n";
  }
  std::string finish() { return text_ + "</table></div>\n"; }

 private:
  std::string text_;
  std::vector<bool> numbers_;
};

std::string summary(const Report& report) {
  Table table({"", "#before", "#after"});
  if (report.file_bytes_before != 0) {
    table.row({"file, bytes", std::to_string(report.file_bytes_before), std::to_string(report.file_bytes_after)});
  }
  table.row(
      {"constants, bytes", std::to_string(report.constant_bytes_before), std::to_string(report.constant_bytes_after)});
  table.row({"operators", std::to_string(report.operators_before), std::to_string(report.operators_after)});
  return table.finish();
}

std::string outputs(const Report& report) {
  std::string text = fmt::format("<h2>Outputs, over {} samples</h2>\n", report.measured_samples);
  Table table({"output", "#SQNR, dB", "#RMSE", "#mean error", "#largest error", "#largest value at the same place"});
  for (const OutputReport& output : report.outputs) {
    const ErrorStatistics& errors = output.errors;
    table.row({html_text(output.name), decibels(errors.sqnr()), number(errors.rmse()), number(errors.mean_error()),
               number(errors.max_error()),
               output.rows == 0 ? "&ndash;" : fmt::format("{} of {}", output.agreeing, output.rows)});
  }
  return text += table.finish();
}

std::string layers(const Report& report) {
  std::vector<Bar> bars;
  Table table({"#op", "operator", "output", "type", "#SQNR of weights, dB", "#SQNR of output, dB", "#mean error",
               "#largest error", "#clipped"});
  for (const LayerReport& layer : report.layers) {
    const ErrorStatistics& errors = *layer.errors;
    bars.push_back({fmt::format("{} #{} {}: {}", layer.kind, layer.op, layer.name,
                                errors.sqnr() ? fmt::format("{:.1f} dB", *errors.sqnr()) : "no error, or no signal"),
                    errors.sqnr()});
    table.row({std::to_string(layer.op), layer.kind, html_text(layer.name), std::string(graph::dtype_name(layer.type)),
               layer.weights ? decibels(layer.weights->sqnr()) : "", decibels(errors.sqnr()),
               number(errors.mean_error()), number(errors.max_error()), percent(errors.clipped_share())});
  }
  return fmt::format(
      "<h2>Operators</h2>\n<p>Signal to quantization noise of every operator's output, in the order they run; all "
      "before it is quantized as well.</p>\n<div class=\"wide\">{}</div>\n{}",
      bar_plot(bars, "dB"), table.finish());
}

std::string cost_steps(const Report& report) {
  Table table({"#costliest operators kept in more bits", "#in int16, dB", "#in float32, dB"});
  for (const CostStep& step : report.cost_steps) {
    table.row({std::to_string(step.ops), decibels(step.with_int16), decibels(step.with_float)});
  }
  return table.finish();
}

std::string sensitivity(const Report& report) {
  if (report.cost_samples == 0) return {};
  std::vector<Bar> bars;
  Table table({"#op", "operator", "output", "#alone quantized, dB", "#in int16, dB", "#in float32, dB"});
  for (const LayerCost& cost : report.costs) {
    if (cost.alone && std::isfinite(*cost.alone)) {
      bars.push_back({fmt::format("{} #{} {}: {:.1f} dB", cost.kind, cost.op, cost.name, *cost.alone), cost.alone});
    }
    table.row({std::to_string(cost.op), cost.kind, html_text(cost.name), decibels(cost.alone),
               decibels(cost.with_int16), decibels(cost.with_float)});
  }
  return fmt::format(
      "<h2>What operators cost</h2>\n<p>Signal to noise of the outputs over {} samples: {} dB as the model is. The "
      "plot "
      "shows what it is with a single operator quantized, the costliest first; the last columns what it is with that "
      "one "
      "in more bits and all others as they are.</p>\n<div class=\"wide\">{}</div>\n{}{}",
      report.cost_samples, decibels(report.cost_baseline), bar_plot(bars, "dB"), cost_steps(report), table.finish());
}

std::string scale_cell(const graph::Quantization& quant) {
  if (!quant.present()) return "";
  if (quant.per_channel()) return fmt::format("{} scales", quant.scale.size());
  return number(double{quant.scale[0]});
}

std::string tensors(const Report& report) {
  Table table({"#tensor", "name", "type", "shape", "#scale", "#zero point", "#seen from", "#to", "values in its range",
               "#SQNR, dB", "#mean error", "#largest error", "#clipped"});
  for (const TensorReport& row : report.tensors) {
    const bool one_scale = row.quant.present() && !row.quant.per_channel();
    std::vector<std::string> cells = {std::to_string(row.tensor),
                                      html_text(row.name),
                                      std::string(graph::dtype_name(row.type)),
                                      graph::shape_text(row.shape),
                                      scale_cell(row.quant),
                                      one_scale ? std::to_string(row.quant.zero_point[0]) : "",
                                      row.observed ? number(double{row.observed->min}) : "",
                                      row.observed ? number(double{row.observed->max}) : ""};
    if (row.errors) {
      const ErrorStatistics& errors = *row.errors;
      for (std::string cell :
           {histogram_plot(errors), decibels(errors.sqnr()), number(errors.mean_error()), number(errors.max_error()),
            errors.bounds().bounded() ? percent(errors.clipped_share()) : std::string()}) {
        cells.push_back(std::move(cell));
      }
    } else {
      cells.resize(13);
    }
    table.row(cells);
  }
  return fmt::format(
      "<h2>Tensors</h2>\n<p>The small plots show how float values are spread over what the integers can hold, heights "
      "by "
      "their logarithm.</p>\n{}",
      table.finish());
}

}  // namespace

std::string report_html(const Report& report, std::string_view title) {
  std::string page(kHead);
  page += fmt::format("<title>{0}</title></head><body>\n<h1>{0}</h1>\n", html_text(title));
  page += summary(report) + outputs(report) + sensitivity(report) + layers(report) + tensors(report);
  return page += "</body></html>\n";
}

}  // namespace atl::quantizer

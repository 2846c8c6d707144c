#include "tools/quality_report.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "common/base/file.h"
#include "quantizer/report/report_csv.h"
#include "quantizer/report/report_html.h"
#include "quantizer/report/report_json.h"
#include "quantizer/report/sensitivity.h"
#include "tools/console.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

constexpr std::string_view kTable = "-";
constexpr size_t kCostsShown = 20;

std::string ending(const std::string& path) { return std::filesystem::path(path).extension().string(); }

std::string decibels(const std::optional<double>& value) {
  if (!value) return "-";
  return std::isinf(*value) ? "exact" : fmt::format("{:.1f}", *value);
}
std::string number(double value) { return fmt::format("{:.3g}", value); }

std::string outputs_text(const quantizer::Report& report) {
  Table table("lrrrrl", {"output", "SQNR dB", "RMSE", "mean error", "max error", "argmax as in float"});
  for (const quantizer::OutputReport& output : report.outputs) {
    const quantizer::ErrorStatistics& errors = output.errors;
    const double share = static_cast<double>(output.agreeing) / static_cast<double>(std::max<int64_t>(1, output.rows));
    table.add(
        {shortened(output.name), decibels(errors.sqnr()), number(errors.rmse()), number(errors.mean_error()),
         number(errors.max_error()),
         output.rows == 0 ? "-" : fmt::format("{} of {} ({})", output.agreeing, output.rows, percent_text(share))});
  }
  return table.text();
}

std::string layers_text(const quantizer::Report& report) {
  Table table("rlllrrrrr",
              {"#", "operator", "output", "type", "weights dB", "SQNR dB", "mean error", "max error", "clipped"});
  for (const quantizer::LayerReport& layer : report.layers) {
    table.add(
        {std::to_string(layer.op), layer.kind, shortened(layer.name, 36), std::string(graph::dtype_name(layer.type)),
         layer.weights ? decibels(layer.weights->sqnr()) : "", decibels(layer.errors->sqnr()),
         number(layer.errors->mean_error()), number(layer.errors->max_error()),
         layer.errors->clipped_share() == 0 ? "0" : fmt::format("{:.2g} %", 100 * layer.errors->clipped_share())});
  }
  return table.text();
}

std::string costs_text(const quantizer::Report& report) {
  std::string text = fmt::format(
      "SQNR of the outputs over {} samples: {} dB; with one operator alone quantized, or kept in more bits:\n",
      report.cost_samples, decibels(report.cost_baseline));
  Table table("rllrrr", {"#", "operator", "output", "alone dB", "int16 dB", "float32 dB"});
  for (size_t i = 0; i < std::min(report.costs.size(), kCostsShown); ++i) {
    const quantizer::LayerCost& cost = report.costs[i];
    table.add({std::to_string(cost.op), cost.kind, shortened(cost.name, 36), decibels(cost.alone),
               decibels(cost.with_int16), decibels(cost.with_float)});
  }
  text += table.text();
  if (report.costs.size() > kCostsShown) text += fmt::format("and {} more\n", report.costs.size() - kCostsShown);
  Table steps("rrr", {"costliest kept", "int16 dB", "float32 dB"});
  for (const quantizer::CostStep& step : report.cost_steps) {
    steps.add({std::to_string(step.ops), decibels(step.with_int16), decibels(step.with_float)});
  }
  text += fmt::format("\n{}", steps.text());
  return text;
}

Status compare(const graph::Model& before, const graph::Model& after, const std::vector<int32_t>& origin,
               const OpenData& open_data, quantizer::Report& report) {
  Progress progress;
  const auto show = [&](int64_t done, int64_t total) {
    progress.show(fmt::format("comparing: sample {} of {}", done, total));
  };
  ATOLL_ASSIGN(quantizer::Quality quality, quantizer::measure_quality(before, after, origin, *open_data(), show));
  quantizer::add_quality(after, std::move(quality), report);
  return {};
}

}  // namespace

bool QualityRequest::table() const { return sensitivity || std::ranges::count(reports, kTable) > 0; }

Status check_request(const QualityRequest& request) {
  for (size_t i = 0; i < request.reports.size(); ++i) {
    const std::string& path = request.reports[i];
    if (std::count(request.reports.begin(), request.reports.end(), path) > 1) {
      return make_error(ErrorCode::kUsage, "--report {} is given twice", path);
    }
    const std::string end = ending(path);
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
      return make_error(ErrorCode::kIo, "--report {}: there is no folder {}", path, folder.string());
    }
    if (path == kTable || end == ".json" || end == ".csv" || end == ".html") continue;
    return make_error(ErrorCode::kUsage, "--report {}: reports are .json, .csv or .html, or - for a table", path);
  }
  return {};
}

Status measure(const QualityRequest& request, const OpenData& open_data, quantizer::QuantizeResult& result) {
  const quantizer::Making& making = result.making;
  ATOLL_TRY(compare(making.prepared, result.model, making.origin, open_data, result.report));
  if (!request.sensitivity) return {};
  Progress progress;
  const auto show = [&](int64_t done, int64_t total) {
    progress.show(fmt::format("sensitivity: {} of {}", done, total));
  };
  return quantizer::measure_sensitivity(making, result.model, *open_data(), quantizer::kSensitivitySamples, show,
                                        result.report);
}

Status measure(const graph::Model& before, const graph::Model& after, const OpenData& open_data,
               quantizer::Report& report) {
  const std::vector<int32_t> origin = quantizer::origins_by_name(before, after);
  report = quantizer::make_report(before, after, origin, std::vector<quantizer::Range>(before.main().tensors.size()));
  return compare(before, after, origin, open_data, report);
}

Status write_reports(const QualityRequest& request, const quantizer::Report& report, const std::string& title) {
  for (const std::string& path : request.reports) {
    const std::string end = ending(path);
    if (path == kTable) continue;
    if (end == ".csv") {
      ATOLL_TRY(write_file(path, quantizer::report_csv(report)));
    } else if (end == ".html") {
      ATOLL_TRY(write_file(path, quantizer::report_html(report, title)));
    } else {
      ATOLL_TRY(write_file(path, quantizer::quality_json(report)));
    }
  }
  return {};
}

std::string quality_text(const quantizer::Report& report) {
  std::string text = fmt::format("{}\n{}", layers_text(report), outputs_text(report));
  if (report.cost_samples > 0) text += fmt::format("\n{}", costs_text(report));
  return text;
}

}  // namespace atl::tools

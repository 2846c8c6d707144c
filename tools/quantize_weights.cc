#include "tools/quantize_weights.h"

#include <filesystem>

#include "common/tflite/writer.h"
#include "quantizer/report/report_json.h"
#include "tools/console.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

struct Sizes {
  size_t before = 0, after = 0;
};

Sizes sizes(const WeightQuantization& request) {
  std::error_code ignored;
  return {static_cast<size_t>(std::filesystem::file_size(request.model, ignored)),
          static_cast<size_t>(std::filesystem::file_size(request.output, ignored))};
}

Json result_json(const WeightQuantization& request, const quantizer::WeightResult& result,
                 const quantizer::Report& report) {
  const Sizes bytes = sizes(request);
  return {{"model", request.model},
          {"output", request.output},
          {"mode", request.mode},
          {"file_bytes", {{"before", bytes.before}, {"after", bytes.after}}},
          {"weights", weights_json(result.weights)},
          {"quality", Json::parse(quantizer::quality_json(report))},
          {"warnings", result.warnings}};
}

void print_summary(const WeightQuantization& request, const quantizer::WeightResult& result) {
  size_t quantized = 0;
  for (const quantizer::WeightReport& row : result.weights) {
    quantized += row.quantized ? 1 : 0;
    if (request.show_tensors || !row.quantized) {
      print("  {} {}: {}\n", row.quantized ? "quantized" : "left in float32", graph::quoted(row.tensor), row.note);
    }
  }
  const Sizes bytes = sizes(request);
  print("{} -> {}: {}, {} of {} constants\n", request.model, request.output, request.mode, quantized,
        result.weights.size());
  print("{} -> {} bytes ({})\n", grouped(static_cast<int64_t>(bytes.before)),
        grouped(static_cast<int64_t>(bytes.after)),
        percent_text(static_cast<double>(bytes.after) / static_cast<double>(bytes.before)));
}

}  // namespace

Json weights_json(const std::vector<quantizer::WeightReport>& rows) {
  Json weights = Json::array();
  for (const quantizer::WeightReport& row : rows) {
    weights.push_back({{"subgraph", row.subgraph},
                       {"tensor", row.tensor},
                       {"elements", row.elements},
                       {"quantized", row.quantized},
                       {"note", row.note}});
  }
  return weights;
}

Status quantize_weights(const WeightQuantization& request, const graph::Model& model) {
  Result<quantizer::WeightResult> result = quantizer::quantize_weights(model, request.options);
  if (!result.ok()) return std::move(result).error().with_place(request.model);
  quantizer::Report report;
  if (request.quality.any()) ATOLL_TRY(measure(model, result->model, request.open_data, report));
  warn(result->warnings);
  ATOLL_TRY(tflite::save_model(result->model, request.output));
  report.file_bytes_before = sizes(request).before, report.file_bytes_after = sizes(request).after;
  ATOLL_TRY(
      write_reports(request.quality, report, fmt::format("{} in {}: {}", request.model, request.mode, request.output)));
  if (request.json) {
    print_json(result_json(request, *result, report));
  } else {
    if (request.quality.table()) print("{}\n", quality_text(report));
    print_summary(request, *result);
  }
  return {};
}

}  // namespace atl::tools

#include "tools/quantize_result.h"

#include "quantizer/report/report_json.h"
#include "tools/quantize_weights.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

// What computes in float32: the operator's index (null for a subgraph or an output), and why.
Json float_json(const std::vector<quantizer::FloatOperator>& in_float) {
  Json rows = Json::array();
  for (const quantizer::FloatOperator& op : in_float) {
    rows.push_back({{"subgraph", op.subgraph},
                    {"index", op.op ? Json(*op.op) : Json()},
                    {"label", op.label},
                    {"reason", op.reason},
                    {"rule", op.rule > 0 ? Json(op.rule) : Json()}});
  }
  return rows;
}

}  // namespace

Json quantization_json(const QuantizationSummary& summary, const quantizer::QuantizeResult& result) {
  const quantizer::Report& report = result.report;
  Json tensors = Json::array();
  for (const quantizer::TensorReport& row : report.tensors) tensors.push_back(Json::parse(quantizer::tensor_json(row)));
  return {{"model", summary.model},
          {"output", summary.output},
          {"mode", summary.mode},
          {"input_type", graph::dtype_name(summary.input_type)},
          {"output_type", graph::dtype_name(summary.output_type)},
          {"calibration", quantizer::calibration_name(summary.calibration)},
          {"samples", report.samples},
          {"prepared", result.prepared},
          {"refined", result.refined},
          {"file_bytes", {{"before", report.file_bytes_before}, {"after", report.file_bytes_after}}},
          {"constant_bytes", {{"before", report.constant_bytes_before}, {"after", report.constant_bytes_after}}},
          {"operators", {{"before", report.operators_before}, {"after", report.operators_after}}},
          {"float_operators", float_json(result.in_float)},
          {"weights", weights_json(result.weights)},
          {"tensors", tensors},
          {"quality", Json::parse(quantizer::quality_json(report))},
          {"warnings", result.warnings}};
}

void print_quantization(const QuantizationSummary& summary, const quantizer::QuantizeResult& result, bool all,
                        const std::string& quality) {
  const quantizer::Report& report = result.report;
  if (!result.prepared.empty()) print("prepared: {}\n", result.prepared);
  for (const std::string& line : result.refined) print("{}\n", line);
  if (all) print_text(quantizer::report_text(report));
  if (!quality.empty()) print("{}\n", quality);
  print("{} -> {}: {}, input {}, output {}, ranges from {}\n", summary.model, summary.output, summary.mode,
        graph::dtype_name(summary.input_type), graph::dtype_name(summary.output_type),
        report.samples > 0 ? fmt::format("{} samples", report.samples) : "the model");
  size_t by_recipe = 0;
  for (const quantizer::FloatOperator& op : result.in_float) {
    if (op.rule == 0) continue;
    ++by_recipe;
    if (all) print("in float32: {}, which {}\n", op.label, op.reason);
  }
  if (by_recipe > 0) print("{} of {} operators in float32 by {}\n", by_recipe, report.operators_before, summary.recipe);
  print("{} -> {} bytes ({})\n", grouped(static_cast<int64_t>(report.file_bytes_before)),
        grouped(static_cast<int64_t>(report.file_bytes_after)),
        percent_text(static_cast<double>(report.file_bytes_after) / static_cast<double>(report.file_bytes_before)));
}

}  // namespace atl::tools

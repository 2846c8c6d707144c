#include "quantizer/report/report_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace atl::quantizer {
namespace {

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  quoted += '"';
  return quoted;
}

std::string field(const std::optional<double>& value) { return value ? fmt::format("{:.9g}", *value) : std::string(); }

// By name of their first output.
template <typename Row>
std::map<std::string, const Row*> by_name(const std::vector<Row>& rows) {
  std::map<std::string, const Row*> result;
  for (const Row& row : rows) result.emplace(row.name, &row);
  return result;
}

std::string scale_fields(const graph::Quantization& quant) {
  if (!quant.present()) return "0,,,";
  const auto [low, high] = std::minmax_element(quant.scale.begin(), quant.scale.end());
  return fmt::format("{},{:.9g},{:.9g},{}", quant.scale.size(), *low, *high,
                     quant.zero_point.empty() ? 0 : quant.zero_point[0]);
}

std::string error_fields(const std::optional<ErrorStatistics>& errors) {
  if (!errors) return ",,,,,,";
  return fmt::format("{},{},{:.9g},{:.9g},{:.9g},{:.9g},{:.9g}", errors->count(), field(errors->sqnr()), errors->rmse(),
                     errors->mean_error(), errors->mean_absolute_error(), errors->max_error(), errors->clipped_share());
}

}  // namespace

std::string report_csv(const Report& report) {
  std::string text =
      "tensor,name,type,shape,constant,op,op_kind,scales,smallest_scale,largest_scale,zero_point,seen_min,seen_max,"
      "values,sqnr_db,rmse,mean_error,mean_absolute_error,max_error,clipped_share,output_sqnr_db_alone,"
      "output_sqnr_db_with_int16,output_sqnr_db_with_float\n";
  const auto layers = by_name(report.layers);
  const auto costs = by_name(report.costs);
  for (const TensorReport& row : report.tensors) {
    const auto layer = row.constant ? layers.end() : layers.find(row.name);
    const auto cost = row.constant ? costs.end() : costs.find(row.name);
    text += fmt::format("{},{},{},{},{},", row.tensor, field(row.name), graph::dtype_name(row.type),
                        graph::shape_text(row.shape), row.constant ? 1 : 0);
    text += layer == layers.end() ? "," : fmt::format("{},{}", layer->second->op, layer->second->kind);
    text += fmt::format(",{},", scale_fields(row.quant));
    text += row.observed ? fmt::format("{:.9g},{:.9g},", row.observed->min, row.observed->max) : ",,";
    text += fmt::format("{},", error_fields(row.errors));
    text += cost == costs.end() ? ",,"
                                : fmt::format("{},{},{}", field(cost->second->alone), field(cost->second->with_int16),
                                              field(cost->second->with_float));
    text += "\n";
  }
  return text;
}

}  // namespace atl::quantizer

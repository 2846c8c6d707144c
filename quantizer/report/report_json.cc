#include "quantizer/report/report_json.h"

#include <nlohmann/json.hpp>

namespace atl::quantizer {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

void add_errors(const ErrorStatistics& errors, Json& json) {
  json["values"] = errors.count();
  json["sqnr_db"] = or_null(errors.sqnr());
  json["rmse"] = errors.rmse();
  json["mean_error"] = errors.mean_error();
  json["mean_absolute_error"] = errors.mean_absolute_error();
  json["max_error"] = errors.max_error();
  json["clipped_share"] = errors.clipped_share();
}

Json output_json(const OutputReport& output) {
  Json json{{"name", output.name}};
  add_errors(output.errors, json);
  if (output.rows > 0) json["argmax"] = {{"rows", output.rows}, {"agreeing", output.agreeing}};
  return json;
}

Json layer_json(const LayerReport& layer) {
  Json json{{"op", layer.op}, {"kind", layer.kind}, {"name", layer.name}, {"type", graph::dtype_name(layer.type)}};
  json["weights_sqnr_db"] = layer.weights ? or_null(layer.weights->sqnr()) : Json();
  if (layer.errors) add_errors(*layer.errors, json);
  return json;
}

Json cost_json(const LayerCost& cost) {
  return {{"op", cost.op},
          {"kind", cost.kind},
          {"name", cost.name},
          {"alone_db", or_null(cost.alone)},
          {"with_int16_db", or_null(cost.with_int16)},
          {"with_float_db", or_null(cost.with_float)}};
}

Json json_of(const TensorReport& row) {
  Json json{{"index", row.tensor},
            {"name", row.name},
            {"type", graph::dtype_name(row.type)},
            {"shape", row.shape},
            {"constant", row.constant}};
  if (row.quant.present()) {
    json["scale"] = row.quant.scale;
    json["zero_point"] = row.quant.zero_point;
    json["axis"] = row.quant.axis;
  }
  if (row.observed) json["observed"] = {row.observed->min, row.observed->max};
  if (row.errors) add_errors(*row.errors, json);
  return json;
}

Json json_of(const Report& report) {
  if (report.measured_samples == 0) return {};
  Json json{{"samples", report.measured_samples}};
  json["outputs"] = Json::array();
  for (const OutputReport& output : report.outputs) json["outputs"].push_back(output_json(output));
  json["layers"] = Json::array();
  for (const LayerReport& layer : report.layers) json["layers"].push_back(layer_json(layer));
  json["tensors"] = Json::array();
  for (const TensorReport& row : report.tensors) json["tensors"].push_back(json_of(row));
  if (report.cost_samples == 0) return json;
  Json costs = Json::array();
  for (const LayerCost& cost : report.costs) costs.push_back(cost_json(cost));
  Json steps = Json::array();
  for (const CostStep& step : report.cost_steps) {
    steps.push_back({{"operators", step.ops},
                     {"with_int16_db", or_null(step.with_int16)},
                     {"with_float_db", or_null(step.with_float)}});
  }
  json["sensitivity"] = {{"samples", report.cost_samples},
                         {"sqnr_db", or_null(report.cost_baseline)},
                         {"layers", costs},
                         {"steps", steps}};
  return json;
}

std::string text(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string tensor_json(const TensorReport& row) { return text(json_of(row)); }
std::string quality_json(const Report& report) { return text(json_of(report)); }

}  // namespace atl::quantizer

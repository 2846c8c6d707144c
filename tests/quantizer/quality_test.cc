// What a quality report says, and how it is written.
#include "quantizer/report/quality.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "quantizer/report/error_statistics.h"
#include "quantizer/report/real_values.h"
#include "quantizer/report/report_csv.h"
#include "quantizer/report/report_html.h"
#include "quantizer/report/report_json.h"
#include "quantizer/report/sensitivity.h"
#include "quantizer/report/svg_plots.h"
#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

// A dense layer of two inputs and a softmax.
graph::Model dense_model() {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 2});
  const int32_t w = b.add_constant("w", {3, 2}, std::vector<float>{1, -0.5f, 0.25f, 0.75f, -1, 0.5f});
  const int32_t bias = b.add_constant("b", {3}, std::vector<float>{0.1f, 0, -0.1f});
  b.mark_output(b.softmax(b.fully_connected(x, w, bias, {}, {"dense"}), {"y"}));
  return b.finish();
}

// A layer, TANH and two more layers. One of the channels between the last two is 300 times as large as the others and
// counts for nothing behind them: in 8 bits it leaves the others no room.
graph::Model outlier_model() {
  GraphBuilder b;
  const auto weights = [&](const std::string& name, float outlier_row, float outlier_column) {
    std::vector<float> values = spread(64, -0.7f, 0.8f);
    for (size_t i = 0; i < 8; ++i) values[5 * 8 + i] *= outlier_row, values[i * 8 + 5] *= outlier_column;
    return b.add_constant(name, {8, 8}, values);
  };
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 8});
  const int32_t first = b.fully_connected(x, weights("w0", 1, 1), graph::kNoTensor, {}, {"first"});
  const int32_t tanh = b.add_op(OpKind::kTanh, graph::NoAttrs{}, {first}, {"tanh"});
  const int32_t large = b.fully_connected(tanh, weights("w1", 300, 1), graph::kNoTensor, {}, {"large"});
  b.mark_output(b.fully_connected(large, weights("w2", 1, 0), graph::kNoTensor, {}, {"y"}));
  return b.finish();
}

// The report of a model compared with itself: nothing is wrong with it.
Report report_of(const graph::Model& model, int64_t samples) {
  std::vector<int32_t> origin;
  for (size_t t = 0; t < model.main().tensors.size(); ++t) origin.push_back(static_cast<int32_t>(t));
  Report report = make_report(model, model, origin, std::vector<Range>(origin.size()));
  ArraySamples data = spread_samples(model, samples, -1, 1);
  auto quality = measure_quality(model, model, origin, data, nullptr);
  if (!quality.ok()) FAIL(quality.error().text());
  add_quality(model, std::move(quality).value(), report);
  return report;
}

}  // namespace

TEST_CASE("errors are summed up") {
  ErrorStatistics errors({-1, 1, 0.5});
  errors.add(0.5, 0.75);
  errors.add(-1, -1);
  errors.add(2, 1);       // clipped
  errors.add(1.25, 1.0);  // within half a step of the end
  CHECK(errors.count() == 4);
  CHECK(errors.low() == -1);
  CHECK(errors.high() == 2);
  const double noise = 0.0625 + 1 + 0.0625, signal = 0.25 + 1 + 4 + 1.5625;
  CHECK(errors.sqnr().value() == Approx(10 * std::log10(signal / noise)));
  CHECK(errors.rmse() == Approx(std::sqrt(noise / 4)));
  CHECK(errors.mean_error() == Approx((0.25 - 1 - 0.25) / 4));
  CHECK(errors.mean_absolute_error() == Approx(1.5 / 4));
  CHECK(errors.max_error() == 1);
  CHECK(errors.clipped_share() == 0.25);
  CHECK(errors.histogram().front() == 1);
  CHECK(errors.histogram().back() == 2);
  CHECK_FALSE(ErrorStatistics().sqnr().has_value());
  CHECK(ErrorStatistics().rmse() == 0);
}

TEST_CASE("integers stand for real numbers, channel by channel") {
  graph::Tensor tensor;
  tensor.type = DType::kInt8;
  tensor.shape = {2, 2};
  tensor.quant = graph::per_channel({0.5f, 2}, 0);
  std::vector<float> values;
  real_values(tensor, Bytes{1, 2, 3, 0xff}, values);
  CHECK(values == std::vector<float>{0.5f, 1, 6, -2});
  tensor.quant.axis = 1;
  real_values(tensor, Bytes{1, 2, 3, 0xff}, values);
  CHECK(values == std::vector<float>{0.5f, 4, 1.5f, -2});
  CHECK_FALSE(bounds_of(tensor).bounded());
  tensor.quant = graph::per_tensor(0.5f, 28);
  real_values(tensor, Bytes{28, 30}, values);
  CHECK(values == std::vector<float>{0, 1});
  CHECK(bounds_of(tensor).low == -78);
  CHECK(bounds_of(tensor).high == 49.5);
}

TEST_CASE("a model is as good as itself") {
  const Report report = report_of(dense_model(), 7);
  CHECK(report.measured_samples == 7);
  REQUIRE(report.outputs.size() == 1);
  CHECK(report.outputs[0].name == "y");
  CHECK(report.outputs[0].rows == 7);
  CHECK(report.outputs[0].agreeing == 7);
  CHECK(report.outputs[0].errors.count() == 21);
  CHECK(report.outputs[0].errors.max_error() == 0);
  REQUIRE(report.layers.size() == 2);
  CHECK(report.layers[0].kind == "FULLY_CONNECTED");
  CHECK(report.layers[0].weights->count() == 6);
}

TEST_CASE("what quantization loses is measured on the data") {
  const graph::Model model = dense_model();
  ArraySamples learn = spread_samples(model, 40, -1, 1);
  const auto result = quantize(model, {}, learn);
  REQUIRE(result.ok());
  Report report = result->report;
  // Values of twice the range that was learnt: half of the inputs are clipped.
  for (const float size : {1.0f, 2.0f}) {
    ArraySamples data = spread_samples(model, 40, -size, size);
    auto quality = measure_quality(result->making.prepared, result->model, result->making.origin, data, nullptr);
    if (!quality.ok()) FAIL(quality.error().text());
    add_quality(result->model, std::move(quality).value(), report);
    const auto input = std::find_if(report.tensors.begin(), report.tensors.end(),
                                    [](const TensorReport& row) { return row.name == "x"; });
    REQUIRE(input != report.tensors.end());
    CHECK(input->errors->clipped_share() == Approx(size == 1 ? 0 : 0.5).margin(0.02));
    CHECK(input->errors->max_error() == Approx(size == 1 ? 1.0 / 255 : 1.0).margin(0.005));
    if (size == 1) CHECK(report.outputs[0].errors.sqnr().value() > 30);
  }
}

TEST_CASE("operators are ranked by what they cost") {
  const graph::Model model = outlier_model();
  Options options;
  options.input_type = options.output_type = DType::kFloat32;
  ArraySamples learn = spread_samples(model, 40, -1, 1), data = spread_samples(model, 40, -1, 1);
  auto result = quantize(model, options, learn);
  if (!result.ok()) FAIL(result.error().text());
  Report& report = result->report;
  int64_t calls = 0, last = 0;
  const Progress progress = [&](int64_t done, int64_t total) { ++calls, last = total - done; };
  REQUIRE(measure_sensitivity(result->making, result->model, data, 10, progress, report).ok());
  CHECK(calls > 4);
  CHECK(last == 0);
  CHECK(report.cost_samples == 10);
  REQUIRE(report.costs.size() == 4);
  CHECK(std::set<std::string>{report.costs[0].name, report.costs[1].name} == std::set<std::string>{"large", "y_int8"});
  for (size_t i = 0; i < 4; ++i) {
    const LayerCost& cost = report.costs[i];
    CHECK(result->model.main().ops[cost.op].outputs.size() == 1);
    CHECK(cost.kind == graph::op_name(result->model.main().ops[cost.op]));
    CHECK((cost.alone.value() < report.cost_baseline.value() + 6) == (i < 2));
  }
  // Kept together the two have no 8 bits between them.
  REQUIRE(report.cost_steps.size() == 3);
  CHECK(report.cost_steps[1].ops == 2);
  CHECK(report.cost_steps[2].ops == 4);
  CHECK(report.cost_steps[0].with_int16.value() < report.cost_baseline.value() + 6);
  CHECK(report.cost_steps[1].with_int16.value() > report.cost_baseline.value() + 20);
  CHECK(report.cost_steps[1].with_float.value() > report.cost_baseline.value() + 20);
  CHECK(std::isinf(report.cost_steps[2].with_float.value()));  // nothing is left that errs
}

TEST_CASE("reports are the same every time, in every form") {
  Report report = report_of(dense_model(), 3);
  report.tensors[0].name = "a,\"b\"\n<script>&\xff";
  const std::string csv = report_csv(report);
  CHECK(csv.find("0,\"a,\"\"b\"\"\n<script>&\xff\",float32,1x2,0,") != std::string::npos);
  CHECK(csv == report_csv(report));
  const std::string html = report_html(report, "a < b");
  CHECK(html.find("<h1>a &lt; b</h1>") != std::string::npos);
  CHECK(html.find("&quot;b&quot;\xef\xbf\xbd&lt;script&gt;&amp;\xef\xbf\xbd") != std::string::npos);
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("http://") == std::string::npos);
  CHECK(html.find("https://") == std::string::npos);
  const auto json = nlohmann::json::parse(quality_json(report));
  CHECK(json["samples"] == 3);
  CHECK(json["outputs"][0]["argmax"]["rows"] == 3);
  CHECK(json["outputs"][0]["sqnr_db"].is_null());
  CHECK(json["layers"].size() == 2);
  CHECK(quality_json(Report()) == "null\n");
}

TEST_CASE("every line of a report's table has as many fields") {
  const std::string csv = report_csv(report_of(dense_model(), 3));
  size_t begin = 0, lines = 0;
  while (begin < csv.size()) {
    const size_t end = csv.find('\n', begin);
    REQUIRE(end != std::string::npos);
    CHECK(std::count(csv.begin() + static_cast<int64_t>(begin), csv.begin() + static_cast<int64_t>(end), ',') == 22);
    begin = end + 1;
    ++lines;
  }
  CHECK(lines > 2);
}

TEST_CASE("plots have a bar for every value") {
  const std::vector<Bar> bars = {{"one", 3.0}, {"none", std::nullopt}, {"below", -2.0}};
  const std::string plot = bar_plot(bars, "dB");
  size_t count = 0;
  for (size_t at = plot.find("<rect"); at != std::string::npos; at = plot.find("<rect", at + 1)) ++count;
  CHECK(count == 3);
  CHECK(plot.find("<title>below</title>") != std::string::npos);
  CHECK(bar_plot({}, "dB").empty());
  CHECK(bar_plot(std::vector<Bar>{{"zero", 0.0}}, "dB").find("nan") == std::string::npos);
  CHECK(histogram_plot(ErrorStatistics()).empty());
}

// Histograms and the ranges that methods of calibration choose.
#include "quantizer/observe/calibration.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <numeric>

#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

void add(Histogram& histogram, const std::vector<float>& values) {
  const Bytes bytes = float_array({static_cast<int64_t>(values.size())}, values).bytes;
  histogram.add(bytes, *finite_range(bytes));
}

Histogram histogram_of(const std::vector<float>& values) {
  Histogram result;
  add(result, values);
  return result;
}

// Many values through [-1, 1] and one far away.
std::vector<float> with_outlier() {
  std::vector<float> values = spread(10001, -1, 1);
  values.push_back(100);
  return values;
}

double squared_error(const std::vector<float>& values, const Range& range) {
  const double step = (std::max(0.0f, range.max) - std::min(0.0f, range.min)) / 255.0;
  double sum = 0;
  for (const float value : values) {
    const double kept = std::clamp(std::nearbyint(value / step) * step, double{range.min}, double{range.max});
    sum += (value - kept) * (value - kept);
  }
  return sum;
}

}  // namespace

TEST_CASE("a histogram keeps every value and does not depend on their order") {
  const std::vector<std::vector<float>> parts = {{0, 0, 0.5f}, spread(999, -3, 1), {-1e-6f}, {700}, {-0.25f, 1000}};
  Histogram forward, backward;
  for (size_t i = 0; i < parts.size(); ++i) {
    add(forward, parts[i]);
    add(backward, parts[parts.size() - 1 - i]);
  }
  CHECK(forward.counts() == backward.counts());
  CHECK(forward.width() == backward.width());
  CHECK(forward.first() == backward.first());
  CHECK(forward.width() == 0.5);
  CHECK(forward.counts().size() <= 2048);
  CHECK(forward.zeros() + std::accumulate(forward.counts().begin(), forward.counts().end(), int64_t{0}) == 1006);
  CHECK(forward.range() == Range{-3, 1000});
}

TEST_CASE("a histogram of extreme values") {
  Histogram histogram = histogram_of({0, 0});
  add(histogram, {1e-45f, -1e-45f});
  add(histogram, {3e38f, -3e38f});
  CHECK(histogram.counts().size() <= 2048);
  CHECK(histogram.zeros() == 2);
  CHECK(std::accumulate(histogram.counts().begin(), histogram.counts().end(), int64_t{0}) == 4);
}

TEST_CASE("moving average") {
  MovingRange moving;
  moving.add({-1, 4});
  CHECK(moving.range() == Range{-1, 4});
  moving.add({-2, 8});
  // Weights 0.99 * 0.01 and 0.01, over their sum.
  CHECK(moving.range().min == Approx((-0.99 - 2) / 1.99));
  CHECK(moving.range().max == Approx((0.99 * 4 + 8) / 1.99));
}

TEST_CASE("percentile") {
  const Histogram histogram = histogram_of(spread(10001, -1, 1));
  const Range half = percentile_range(histogram, 50);
  CHECK(half.min == Approx(-0.5).margin(0.001));
  CHECK(half.max == Approx(0.5).margin(0.001));
  CHECK(percentile_range(histogram, 100) == Range{-1, 1});
  CHECK(percentile_range(histogram_of(with_outlier()), 99.9).max < 1.1f);
}

TEST_CASE("mse and entropy leave out an outlier, and keep values that are spread evenly") {
  const Histogram even = histogram_of(spread(10001, -1, 1)), outlier = histogram_of(with_outlier());
  CHECK(mse_range(even, 255, false).max > 0.98f);
  CHECK(mse_range(even, 255, false).min < -0.98f);
  CHECK(entropy_range(even, 255, false).max > 0.95f);
  // Even values stay even in coarse levels; those that crowd around 0 don't.
  std::vector<float> crowded = spread(100001, -1, 1);
  for (float& value : crowded) value = value * value * value;
  crowded.push_back(20);
  CHECK(entropy_range(histogram_of(crowded), 255, false).max < 5);
  std::vector<float> values = spread(100001, -1, 1);
  values.push_back(20);
  const Range best = mse_range(histogram_of(values), 255, false);
  CHECK(best.max < 20);
  CHECK(squared_error(values, best) < squared_error(values, {-1, 20}));
  CHECK(entropy_range(outlier, 65534, true) == outlier.range());
}

TEST_CASE("zeros do not pull the range in") {
  std::vector<float> values = spread(2001, 0, 1);
  const Range without = mse_range(histogram_of(values), 255, false);
  values.resize(200000, 0.0f);
  CHECK(mse_range(histogram_of(values), 255, false) == without);
}

TEST_CASE("methods as options of the quantizer; minmax is the default") {
  GraphBuilder b;
  const int32_t x = b.add_input("image", DType::kFloat32, {1, 2, 3});
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  const graph::Model model = b.finish();
  std::vector<float> values = spread(600, -1, 1);
  values[100] = 40;
  const auto scale = [&](CalibrationMethod method) {
    ArraySamples data({{"0", float_array({100, 2, 3}, values)}});
    Options options;
    options.calibration = method;
    auto result = quantize(model, options, data);
    REQUIRE(result.ok());
    return tensor_named(result->model, "image").quant.scale[0];
  };
  CHECK(scale(CalibrationMethod::kMinMax) == 41.0f / 255);
  CHECK(scale(CalibrationMethod::kEma) < 5.0f / 255);
  for (const auto method : {CalibrationMethod::kPercentile, CalibrationMethod::kMse, CalibrationMethod::kEntropy}) {
    CHECK(scale(method) <= 41.0f / 255);
    CHECK(scale(method) > 0);
  }
}

TEST_CASE("ranges are saved, merged and loaded") {
  GraphBuilder b;
  const int32_t x = b.add_input("image", DType::kFloat32, {1, 2, 3});
  b.mark_output(b.unary(OpKind::kRelu, x, {"y"}));
  const graph::Model model = b.finish();
  const auto learn = [&](float low, float high) {
    ArraySamples data = spread_samples(model, 10, low, high);
    auto result = quantize(model, {}, data);
    REQUIRE(result.ok());
    const std::string text = format_ranges(result->ranges);
    auto table = parse_ranges(text, "r.json");
    REQUIRE(table.ok());
    CHECK(format_ranges(*table) == text);
    return std::move(table).value();
  };
  Options options;
  options.loaded_ranges = {learn(-1, 0.5f), learn(-0.3f, 2)};
  NoData none;
  const auto merged = quantize(model, options, none);
  REQUIRE(merged.ok());
  CHECK(merged->report.samples == 20);
  CHECK(tensor_named(merged->model, "image").quant == graph::per_tensor(3.0f / 255, -43));

  options.loaded_ranges = {learn(-1, 1)};
  options.loaded_ranges[0].ranges.erase("y");
  CHECK(quantize(model, options, none).error().text() == "the loaded ranges have none for tensor #1 'y'");
  options.loaded_ranges[0].ranges["z"] = {0, 1};
  CHECK(quantize(model, options, none).error().text() == "r.json: no tensor of the model is called 'z'");
  ++options.loaded_ranges[0].fingerprint;
  CHECK_THAT(quantize(model, options, none).error().text(),
             Catch::StartsWith("r.json: these ranges are of another model (2 tensors, fingerprint "));
}

TEST_CASE("files of ranges that are none") {
  const auto text = [](const std::string& json) { return parse_ranges(json, "r.json").error().text(); };
  CHECK(text("{") == "r.json: is not JSON");
  CHECK(text("[]") == "r.json: is not a file of ranges (\"format\": \"atoll-ranges\", \"version\": 1)");
  const std::string head =
      R"({"format": "atoll-ranges", "version": 1, "model": {"fingerprint": "a", "tensors": 2}, "samples": 1, )"
      R"("calibration": "minmax", "ranges": )";
  CHECK(text(head + "3}") == "r.json: \"ranges\" is missing or not what --save-ranges writes");
  CHECK(text(head + R"({"y": [2, 1]}})") ==
        "r.json: range of 'y': is [2,1]; a range is [smallest, largest], both finite");
  CHECK(text(head + R"({"y": [0, 1e60]}})") ==
        "r.json: range of 'y': is [0,1e+60]; a range is [smallest, largest], both finite");
}

// Parameters from ranges: values worked out by hand, and what must hold for every range.
#include "quantizer/plan/affine.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "quantizer/observe/observer.h"
#include "quantizer/plan/weight_scales.h"

using namespace atl::quantizer;

TEST_CASE("asymmetric parameters cover the range and zero") {
  CHECK(asymmetric_int8({0, 1}) == AffineParams{1.0f / 255, -128});
  CHECK(asymmetric_int8({0, 255}) == AffineParams{1, -128});
  CHECK(asymmetric_int8({-255, 0}) == AffineParams{1, 127});
  CHECK(asymmetric_int8({-128, 127}) == AffineParams{1, 0});
  CHECK(asymmetric_int8({51, 102}) == AffineParams{0.4f, -128});   // zero is taken in
  CHECK(asymmetric_int8({-102, -51}) == AffineParams{0.4f, 127});  // on either side
  CHECK(asymmetric_int8({3, 3}) == AffineParams{3.0f / 255, -128});
}

TEST_CASE("a range without width has parameters too") {
  CHECK(asymmetric_int8({0, 0}) == AffineParams{1, 0});
  const AffineParams tiny = asymmetric_int8({0, 1e-9f});
  CHECK(tiny.scale == Approx(1e-6 / 255));
  CHECK(std::abs(tiny.zero_point) <= 1);  // widened to both sides of zero
}

TEST_CASE("the widest range of float32 has a finite scale") {
  const float huge = 3.4e38f;
  const AffineParams params = asymmetric_int8({-huge, huge});
  CHECK(std::isfinite(params.scale));
  CHECK(params.scale == Approx(2.0 * huge / 255));
}

TEST_CASE("both ends of a range are within one step of a value of the type") {
  for (float low = -3; low <= 1; low += 0.37f) {
    for (float high = low; high <= 5; high += 0.41f) {
      const AffineParams params = asymmetric_int8({low, high});
      for (float end : {low, high, 0.0f}) {
        const float q = std::round(end / params.scale) + static_cast<float>(params.zero_point);
        CHECK(q >= -129);
        CHECK(q <= 128);
      }
      CHECK(params.zero_point >= -128);
      CHECK(params.zero_point <= 127);
    }
  }
}

TEST_CASE("weights have a symmetric scale a channel") {
  const std::vector<float> weights = {1, -2, 0, 0, 127, 5};  // channels of 2
  const auto scales = symmetric_scales(weights, {3, 1, 1, 2}, 0);
  REQUIRE(scales.size() == 3);
  CHECK(scales[0] == 2.0f / 127);
  CHECK(scales[1] == 5e-7f / 127);  // dead
  CHECK(scales[2] == 1.0f);
  const auto last_axis = symmetric_scales(weights, {1, 1, 2, 3}, 3);
  CHECK(last_axis == std::vector<float>{1.0f / 127, 1.0f, 5.0f / 127});
}

TEST_CASE("a bias that would not fit raises its scale and its channel's") {
  std::vector<float> weight_scales = {0.5f, 1e-9f};
  const auto scales = bias_scales(std::vector<float>{3, -100}, 0.25f, kLargestBias, weight_scales);
  CHECK(scales[0] == 0.125f);
  CHECK(weight_scales[0] == 0.5f);
  CHECK(scales[1] == Approx(100.0 / ((1 << 30) - 1)));
  CHECK(weight_scales[1] == Approx(400.0 / ((1 << 30) - 1)));
}

TEST_CASE("the range of finite values, whatever their number") {
  for (size_t count : {0u, 1u, 15u, 16u, 17u, 40u}) {
    std::vector<float> values(count);
    for (size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i) - 3;
    const auto bytes = [&] {
      return std::span(reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(float));
    };
    const auto range = finite_range(bytes());
    REQUIRE(range.has_value());
    CHECK(range->empty() == (count == 0));
    if (count == 0) continue;
    CHECK(*range == Range{-3, static_cast<float>(count) - 4});
    for (float bad : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
      for (size_t at : {size_t{0}, count / 2, count - 1}) {
        const float kept = std::exchange(values[at], bad);
        CHECK_FALSE(finite_range(bytes()).has_value());
        values[at] = kept;
      }
    }
  }
}

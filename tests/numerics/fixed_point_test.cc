#include "common/numerics/fixed_point.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "common/numerics/softmax.h"
#include "tests/numerics/draw.h"

using namespace atl::numerics;
using test::Draw;

TEST_CASE("the constants are those of the formulas") {
  const auto q31 = [](long double x) { return static_cast<int64_t>(std::round(x * 2147483648.0L)); };
  CHECK(q31(std::exp(-0.125L)) == 1895147668);
  CHECK(q31(1.0L / 3) == 715827883);
  const int64_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  for (int k = -2; k <= 4; ++k) CHECK(q31(std::exp(-std::pow(2.0L, k))) == factors[k + 2]);
  CHECK(static_cast<int64_t>(std::round(48.0L / 17 * (1 << 29))) == 1515870810);
  CHECK(static_cast<int64_t>(std::round(-32.0L / 17 * (1 << 29))) == -1010580540);
}

TEST_CASE("exp_on_negative_values is e^x to the error of its polynomial") {
  CHECK(exp_on_negative_values(0) == kOneQ0);
  double worst = 0;
  for (int64_t x = -1; x > -(int64_t{1} << 31); x -= 99991) {
    const double exact = std::exp(static_cast<double>(x) * 0x1p-26);
    worst = std::fmax(worst, std::fabs(exp_on_negative_values(static_cast<int32_t>(x)) * 0x1p-31 - exact));
  }
  INFO("worst error in units of 2^-31: " << worst * 0x1p31);
  CHECK(worst < std::pow(0.125, 5) / 120 + 10 * 0x1p-31);  // the first term left out, and rounding
  CHECK(exp_on_negative_values(std::numeric_limits<int32_t>::min()) == 0);
}

TEST_CASE("one_over_one_plus_x is 1 / (1 + x) to a few units of 2^-29") {
  double worst = 0;
  for (int64_t x = 0; x < int64_t{1} << 31; x += 65521) {
    const double exact = 1 / (1 + static_cast<double>(x) * 0x1p-31);
    worst = std::fmax(worst, std::fabs(one_over_one_plus_x(static_cast<int32_t>(x)) * 0x1p-31 - exact));
  }
  INFO("worst error in units of 2^-31: " << worst * 0x1p31);
  CHECK(worst < 0x1p-27);
}

TEST_CASE("reciprocal normalizes") {
  Draw draw(1);
  for (int i = 0; i < 100000; ++i) {
    const int32_t x = draw.range(1, std::numeric_limits<int32_t>::max()) >> draw.range(0, 30);
    if (x == 0) continue;
    const Reciprocal r = reciprocal(x, 12);
    const double real = x * 0x1p-19;
    const double got = std::ldexp(r.value * 0x1p-31, -r.bits_over_unit);
    REQUIRE(std::fabs(got * real - 1) < 1e-8);
  }
}

TEST_CASE("a row of softmax adds up to one") {
  Draw draw(2);
  for (int round = 0; round < 300; ++round) {
    const float scale = std::ldexp(static_cast<float>(1 + draw.unit()), draw.range(-12, 2));
    const SoftmaxParams params = prepare_softmax(1.0f, scale);
    const int depth = draw.range(1, 400);
    std::vector<int32_t> logits;
    int32_t largest = -128;
    for (int i = 0; i < depth; ++i) logits.push_back(draw.range(-128, 127));
    for (const int32_t q : logits) largest = std::max(largest, q);
    int32_t sum = 0;
    double exact_sum = 0;
    for (const int32_t q : logits) {
      if (q - largest >= params.diff_min) sum = saturating_add(sum, softmax_sum_term(softmax_exp(q - largest, params)));
      exact_sum += std::exp(static_cast<double>(scale) * (q - largest));
    }
    const Reciprocal inverse = reciprocal(sum, kSoftmaxSumIntegerBits);
    for (const int32_t q : logits) {
      const double exact = 256 * std::exp(static_cast<double>(scale) * (q - largest)) / exact_sum;
      const int32_t got =
          q - largest < params.diff_min ? 0 : softmax_output(softmax_exp(q - largest, params), inverse, 8);
      REQUIRE(std::fabs(got - exact) < 0.51);
    }
  }
}

TEST_CASE("softmax parameters at the edges") {
  const SoftmaxParams one = prepare_softmax(1.0f, 1.0f);
  CHECK(one.multiplier == Multiplier{1 << 30, 27});
  CHECK(one.diff_min == -15);  // floor(31 * 2^26 / 2^27)
  // beta * scale * 2^26 is held at 2^31 - 1.
  const SoftmaxParams steep = prepare_softmax(100.0f, 100.0f);
  CHECK(steep.multiplier == Multiplier{std::numeric_limits<int32_t>::max(), 31});
  CHECK(steep.diff_min == 0);
  // Flat enough that the reference gives up; here every exponential is 1.
  const SoftmaxParams flat = prepare_softmax(1.0f, 1e-10f);
  CHECK(softmax_exp(-255, flat) > kOneQ0 - 600);  // 55 below, and the polynomial's error
  // 5,000 equal logits: the sum saturates and every output is 0.
  int32_t sum = 0;
  for (int i = 0; i < 5000; ++i) sum = saturating_add(sum, softmax_sum_term(kOneQ0));
  CHECK(sum == std::numeric_limits<int32_t>::max());
  CHECK(softmax_output(kOneQ0, reciprocal(sum, kSoftmaxSumIntegerBits), 8) == 0);
  // 512 and 1,000 equal logits: 256/512 and 256/1000 of a unit.
  CHECK(softmax_output(kOneQ0, reciprocal(512 << 19, kSoftmaxSumIntegerBits), 8) == 0);
  CHECK(softmax_output(kOneQ0, reciprocal(1000 << 19, kSoftmaxSumIntegerBits), 8) == 0);
  CHECK(softmax_output(kOneQ0, reciprocal(511 << 19, kSoftmaxSumIntegerBits), 8) == 1);
}

// Activations in float32 and in fixed point: against stored results of the reference runtime, and against definitions.
#include "common/numerics/activation_functions.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "common/numerics/fixed_point_log.h"
#include "common/numerics/inverse_sqrt.h"
#include "common/numerics/sigmoid16.h"

using namespace atl::numerics;

TEST_CASE("GELU on float32 has the reference runtime's bits") {
  struct Row {
    float x, exact, approximate;  // results of ai-edge-litert 2.3.0
  };
  const std::vector<Row> rows = {
      {-14.0f, -0x1.34p-143f, -0.0f},
      {-6.5f, -0x1.1f046ep-32f, -0.0f},
      {-5.0f, -0x1.80bcbap-20f, -0.0f},
      {-0x1.a66666p+1f, -0x1.a232d6p-10f, -0x1.57b732p-10f},
      {-2.0f, -0x1.74bcf8p-5f, -0x1.73ef6p-5f},
      {-0x1.60e82p+0f, -0x1.da6878p-4f, -0x1.db5d6p-4f},
      {-1.0f, -0x1.44ed0cp-3f, -0x1.453d2p-3f},
      {-0x1.5c28f6p-2f, -0x1.feffbep-4f, -0x1.ff03fep-4f},
      {-0x1.0624dep-10f, -0x1.05ef52p-11f, -0x1.05ef52p-11f},
      {0x1.79ca1p-67f, 0x1.79ca1p-68f, 0x1.79ca1p-68f},
      {0x1.666666p-1f, 0x1.0fae22p-1f, 0x1.0fa6e4p-1f},
      {0x1.333334p+0f, 0x1.0fd9c2p+0f, 0x1.0fcbc2p+0f},
      {0x1.4cccccp+1f, 0x1.4b3faep+1f, 0x1.4b4eecp+1f},
      {0x1.066666p+2f, 0x1.066502p+2f, 0x1.0665bp+2f},
      {7.0f, 7.0f, 7.0f},
      {30.0f, 30.0f, 30.0f},
  };
  for (const Row& row : rows) {
    INFO(row.x);
    CHECK(gelu_float(row.x) == row.exact);
    CHECK(gelu_approximate_float(row.x) == row.approximate);
  }
}

TEST_CASE("activations follow their definitions") {
  for (int i = -2000; i <= 2000; ++i) {
    const float x = static_cast<float>(i) / 100;
    const auto wide = static_cast<long double>(x);
    const auto near = [&](float got, long double wanted, long double share) {
      return std::fabs(static_cast<long double>(got) - wanted) <= std::fabs(wanted) * share + 1e-38L;
    };
    // Below -9 the logistic function is taken as e^x, which is larger by its own size.
    REQUIRE(near(logistic_float(x), 1 / (1 + std::exp(-wide)), 1.3e-4L));
    REQUIRE(near(elu_float(x), i < 0 ? std::expm1(wide) : wide, 1e-7L));
    const long double gelu = wide * std::erfc(-wide / std::sqrt(2.0L)) / 2;
    // The argument of erfc is rounded, which counts x^2 times.
    REQUIRE(near(gelu_for_table(x), gelu, 2e-7L * (1 + wide * wide)));
    REQUIRE(near(gelu_float(x), gelu, 2e-6L + 2e-7L * wide * wide));
  }
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK((std::isnan(gelu_float(nan)) && std::isnan(gelu_approximate_float(nan)) && std::isnan(logistic_float(nan))));
}

TEST_CASE("the inverse square root is the real one, to 29 bits") {
  for (int32_t x = 2; x < 2000000000; x = x < 5000 ? x + 1 : x + x / 97) {
    const Multiplier m = inverse_sqrt(x);
    const double got = std::ldexp(static_cast<double>(m.value), m.exponent - 31);
    REQUIRE(std::fabs(got * std::sqrt(static_cast<double>(x)) - 1) < 4e-5);
  }
  CHECK(inverse_sqrt(1) == Multiplier{2147483647, 0});
  CHECK(inverse_sqrt(0) == Multiplier{2147483647, 0});
  CHECK(inverse_sqrt(-7) == Multiplier{2147483647, 0});
}

TEST_CASE("the fixed-point logarithm is the real one, from 1 to 4096") {
  for (int32_t x = 1 << 19; x < std::numeric_limits<int32_t>::max() - (1 << 25); x += 1 + x / 311) {
    const double got = std::ldexp(static_cast<double>(log_of_at_least_one(x)), -26);
    REQUIRE(std::fabs(got - std::log(std::ldexp(static_cast<double>(x), -19))) < 1e-5);
  }
}

TEST_CASE("LOGISTIC and TANH on 16 bits are the functions to a few steps") {
  for (const float scale : {1.0f / 4096, 1.0f / 2048, 0.0003f, 1e-5f, 0.01f}) {
    const Sigmoid16Scaling logistic = logistic16_scaling(scale), tanh = tanh16_scaling(scale);
    for (int q = -32768; q <= 32767; q += 7) {
      const double x = q * static_cast<double>(scale);
      const auto word = static_cast<int16_t>(q);
      REQUIRE(std::fabs(logistic16(word, logistic) - std::fmin(32768 / (1 + std::exp(-x)), 32767)) < 4);
      REQUIRE(std::fabs(tanh16(word, tanh) - std::fmin(32768 * std::tanh(x), 32767)) < 12);
    }
  }
  CHECK(logistic16(0, logistic16_scaling(1.0f / 4096)) == 16384);
  CHECK(tanh16(0, tanh16_scaling(1.0f / 4096)) == 0);
  // Scales that no model has must still give something defined.
  for (const float scale : {1e30f, 1e-30f, std::numeric_limits<float>::infinity()}) {
    logistic16(-32768, logistic16_scaling(scale));
    tanh16(32767, tanh16_scaling(scale));
  }
}

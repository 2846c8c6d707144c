// The 16-bit logistic function and tanh against the real ones, over every argument.
#include "common/numerics/fixed_point_16.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace atl::numerics;

TEST_CASE("the 16-bit logistic function is near the real one and symmetric") {
  double worst = 0;
  for (int raw = -32768; raw <= 32767; ++raw) {
    const auto x = static_cast<int16_t>(raw);
    worst = std::fmax(worst, std::fabs(logistic_fixed_16(x) / 32768.0 - 1 / (1 + std::exp(-raw / 4096.0))));
    if (raw > 0) REQUIRE(logistic_fixed_16(x) + logistic_fixed_16(static_cast<int16_t>(-raw)) == 32767);
  }
  CHECK(worst < 3e-4);
  CHECK(logistic_fixed_16(0) == 16384);
}

TEST_CASE("the 16-bit tanh is near the real one and odd, for every number of integer bits") {
  for (int bits = 0; bits <= 6; ++bits) {
    double worst = 0;
    for (int raw = -32768; raw <= 32767; ++raw) {
      const auto x = static_cast<int16_t>(raw);
      worst = std::fmax(worst, std::fabs(tanh_fixed_16(x, bits) / 32768.0 - std::tanh(std::ldexp(raw, bits - 15))));
      if (raw > -32768) REQUIRE(tanh_fixed_16(x, bits) == -tanh_fixed_16(static_cast<int16_t>(-raw), bits));
    }
    INFO(bits);
    CHECK(worst < 5e-4);
  }
}

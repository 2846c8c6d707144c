#include "common/numerics/half.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace atl::numerics;

namespace {
// sign * fraction * 2^exponent, straight from the definition of binary16.
double half_value(uint16_t bits) {
  const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}
}  // namespace

TEST_CASE("every half is widened exactly and comes back") {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = half_to_float(half);
    if ((bits & 0x7C00) != 0x7C00) {
      REQUIRE(static_cast<double>(value) == half_value(half));
      REQUIRE(std::signbit(value) == ((bits & 0x8000) != 0));
      REQUIRE(float_to_half(value) == half);
    } else if ((bits & 0x3FF) == 0) {
      REQUIRE(std::isinf(value));
      REQUIRE(float_to_half(value) == half);
    } else {
      REQUIRE(std::isnan(value));
      REQUIRE(std::isnan(half_to_float(float_to_half(value))));
    }
  }
}

TEST_CASE("floats round to the nearest half, ties to even") {
  for (uint32_t bits = 0; bits < 0x7BFF; ++bits) {
    const double low = half_value(static_cast<uint16_t>(bits)), high = half_value(static_cast<uint16_t>(bits + 1));
    const auto middle = static_cast<float>((low + high) / 2);  // exact: 12 bits of significand
    const uint32_t even = bits & 1 ? bits + 1 : bits;
    REQUIRE(float_to_half(middle) == even);
    REQUIRE(float_to_half(-middle) == (even | 0x8000));
    REQUIRE(float_to_half(std::nextafter(middle, 0.0f)) == bits);
    REQUIRE(float_to_half(std::nextafter(middle, 1e9f)) == bits + 1);
  }
  CHECK(float_to_half(65519.996f) == 0x7BFF);
  CHECK(float_to_half(65520.0f) == 0x7C00);
  CHECK(float_to_half(1e-10f) == 0);
  CHECK(float_to_half(-1e-10f) == 0x8000);
}

#include "common/numerics/activation.h"

#include <catch2/catch.hpp>

using namespace atl::numerics;

TEST_CASE("activation ranges") {
  const IntRange int8 = full_range<int8_t>();
  CHECK(int8 == IntRange{-128, 127});
  CHECK(activation_range(kNoActivation, 0.1f, 3, int8) == int8);
  CHECK(activation_range(kRelu, 0.1f, 3, int8) == IntRange{3, 127});
  CHECK(activation_range(kRelu, 0.1f, -200, int8) == int8);
  CHECK(activation_range(kRelu6, 0.1f, -10, int8) == IntRange{-10, 50});
  CHECK(activation_range(kRelu6, 6.0f / 255.0f, 0, full_range<uint8_t>()) == IntRange{0, 255});
  CHECK(activation_range(kRelu6, 0.01f, -128, int8) == IntRange{-128, 127});
  CHECK(activation_range(kReluN1To1, 0.4f, 0, int8) == IntRange{-3, 3});  // 2.5 rounds away
  CHECK(activation_range(kRelu6, 1e-38f, 5, int8) == IntRange{5, 127});
}

TEST_CASE("a bound divides in float32 and rounds ties away") {
  CHECK(quantize_bound(6.0f, 4.0f, 1) == 3);
  CHECK(quantize_bound(-6.0f, 4.0f, 1) == -1);
  CHECK(quantize_bound(6.0f, 1e-45f, 0) == std::numeric_limits<int32_t>::max());
  CHECK(quantize_bound(-6.0f, 1e-45f, -1) == std::numeric_limits<int32_t>::min());
}

TEST_CASE("clamping takes the lower bound first") {
  CHECK(IntRange{-5, 5}.clamp(9) == 5);
  CHECK(IntRange{-5, 5}.clamp(-9) == -5);
  CHECK(IntRange{-5, 5}.clamp(0) == 0);
  CHECK(IntRange{140, 127}.clamp(0) == 127);  // RELU with a zero point beyond the type
}

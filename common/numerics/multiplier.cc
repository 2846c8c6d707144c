#include "common/numerics/multiplier.h"

#include <cmath>

namespace atl::numerics {
namespace {

// floor((x * m + 2^(shift-1)) / 2^shift), exact and saturated; any shift.
int32_t exact_scaled(int64_t x, int32_t m, int shift) {
  using Wide = __int128;
  const Wide product = static_cast<Wide>(x) * m;
  constexpr Wide low = std::numeric_limits<int32_t>::min(), high = std::numeric_limits<int32_t>::max();
  if (product == 0) return 0;
  Wide result;
  if (shift <= 0) {
    // |product| >= 1: from 32 bits on, the result is beyond int32 anyway.
    result = shift <= -32 ? (product < 0 ? low : high) : product * (Wide{1} << -shift);
  } else if (shift > 80) {
    result = 0;  // |product| < 2^78
  } else {
    result = (product + (Wide{1} << (shift - 1))) >> shift;
  }
  return static_cast<int32_t>(result < low ? low : (result > high ? high : result));
}

}  // namespace

Multiplier quantize_multiplier(double real) {
  if (real == 0.0 || std::isnan(real)) return {};
  if (std::isinf(real)) {
    constexpr int32_t largest = std::numeric_limits<int32_t>::max();
    return {real > 0 ? largest : -largest, 1024};
  }
  int exponent = 0;
  const double significand = std::frexp(real, &exponent);  // 0.5 <= |significand| < 1
  auto value = static_cast<int64_t>(std::round(significand * 2147483648.0));
  if (value == int64_t{1} << 31 || value == -(int64_t{1} << 31)) {
    value /= 2;
    ++exponent;
  }
  if (exponent < -31) return {};
  return {static_cast<int32_t>(value), exponent};
}

int32_t multiply_by_quantized_multiplier_64(int64_t x, Multiplier m) {
  const int32_t reduced = reduced_multiplier(m.value);
  const int shift = 15 - m.exponent;
  constexpr int64_t limit = int64_t{1} << 47;
  const bool in_contract = m.value >= 0 && x < limit && x > -limit && m.exponent >= -31 && m.exponent <= 7;
  if (!in_contract) return exact_scaled(x, reduced, shift);
  return static_cast<int32_t>((x * reduced + (int64_t{1} << (shift - 1))) >> shift);
}

}  // namespace atl::numerics

// IEEE 754 binary16, as bits.
#pragma once

#include <bit>
#include <cstdint>

namespace atl::numerics {

// Exact. NaN keeps its payload (quiet or not).
constexpr float half_to_float(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1Fu;
  const uint32_t fraction = half & 0x3FFu;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000u | (fraction << 13));
  if (exponent != 0) return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
  // Zero or subnormal: fraction * 2^-24, which float32 holds exactly.
  const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(magnitude));
}

// Rounded to nearest, ties to even; beyond 65504 + 16 infinity; a NaN stays one.
constexpr uint16_t float_to_half(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
  if (magnitude >= 0x477FF000u) return static_cast<uint16_t>(sign | 0x7C00u);  // 65520 and above
  uint32_t shift = 13;
  uint32_t significand = magnitude;
  uint32_t bias = 112u << 10;
  if (magnitude < 0x38800000u) {  // below 2^-14: subnormal, one ulp is 2^-24
    const uint32_t exponent = magnitude >> 23;
    if (exponent < 102) return sign;  // below 2^-25
    significand = (magnitude & 0x7FFFFFu) | 0x800000u;
    shift = 126 - exponent;
    bias = 0;
  }
  const uint32_t kept = significand >> shift;
  const uint32_t lost = significand & ((1u << shift) - 1);
  const uint32_t half_ulp = 1u << (shift - 1);
  const uint32_t up = lost > half_ulp || (lost == half_ulp && (kept & 1)) ? 1 : 0;
  return static_cast<uint16_t>(sign | (kept + up - bias));
}

}  // namespace atl::numerics

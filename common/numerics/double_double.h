// Numbers as unevaluated sums of two doubles: about 100 significant bits out of +, -, * and / alone, so that results
// are the same with every compiler, optimization level and C library. Method: T. J. Dekker, "A floating-point technique
// for extending the available precision", 1971.
//
// Operands must be finite, of magnitudes between 2^-400 and 2^400 or 0; nothing here looks at overflow.
#pragma once

#include <bit>
#include <cstdint>

namespace atl::numerics {

struct DoubleDouble {
  double high = 0, low = 0;  // |low| <= half a unit in the last place of high
};

namespace detail {

// a + b exactly, for |a| >= |b| or a == 0.
constexpr DoubleDouble ordered_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// a + b exactly.
constexpr DoubleDouble exact_sum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

// a * b, exact but for the last bit of the low part: each factor is cut in two halves of at most 27 bits.
constexpr DoubleDouble exact_product(double a, double b) {
  constexpr uint64_t upper_bits = ~uint64_t{0x7FFFFFF};
  const auto upper = [](double x) { return std::bit_cast<double>(std::bit_cast<uint64_t>(x) & upper_bits); };
  const double a1 = upper(a), a2 = a - a1, b1 = upper(b), b2 = b - b1;
  const double product = a * b;
  return {product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2};
}

}  // namespace detail

constexpr DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = detail::exact_sum(a.high, b.high), low = detail::exact_sum(a.low, b.low);
  const DoubleDouble middle = detail::ordered_sum(high.high, high.low + low.high);
  return detail::ordered_sum(middle.high, middle.low + low.low);
}
constexpr DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }

constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = detail::exact_product(a.high, b.high);
  return detail::ordered_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.high / b.high;
  const DoubleDouble rest = a - DoubleDouble{first} * b;
  const double second = rest.high / b.high;
  const DoubleDouble rest2 = rest - DoubleDouble{second} * b;
  return detail::ordered_sum(first, second) + DoubleDouble{rest2.high / b.high};
}

// Multiplied by a power of two, exactly.
constexpr DoubleDouble scaled(DoubleDouble a, double power_of_two) {
  return {a.high * power_of_two, a.low * power_of_two};
}

// The float32 nearest to high + low, ties to even: rounded once. (The sum is first cut to a double whose last bit says
// whether anything was lost, "rounding to odd".)
constexpr float round_to_float(DoubleDouble a) {
  if (a.low == 0 || a.high == 0) return static_cast<float>(a.high);
  uint64_t bits = std::bit_cast<uint64_t>(a.high);
  if ((a.low < 0) != (a.high < 0)) --bits;  // the next double towards zero
  return static_cast<float>(std::bit_cast<double>(bits | 1));
}

}  // namespace atl::numerics

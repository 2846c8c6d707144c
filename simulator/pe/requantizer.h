// The output stage's arithmetic for one column, as hardware does it: integers only, cut into the steps of its pipeline.
//
// `wide` multiplies with a double. The reference rounds the sum to 53 bits if it has more, ties to even, the product
// likewise, and that to an integer, ties away from zero. The exact product of two significands has 106 bits; the
// roundings are shifts of it, and a factor too small or too large for a normal double can only give 0 or the ends of
// int32.
#pragma once

#include <cstdint>
#include <span>

namespace atl::simulator::pe {

__extension__ using i128 = __int128;
__extension__ using u128 = unsigned __int128;

enum class Scaling : uint8_t { kFixed, kWide, kLong };

// A mode of requantize: how it scales, and whether sums come in pairs of rows, 64 bits wide at first.
struct Mode {
  Scaling scaling = Scaling::kFixed;
  bool pairs = false;
  bool low = false;                                           // of a pair's biased sum only the low 32 bits count
  size_t parameter_bytes() const { return pairs ? 16 : 12; }  // a column
};
Mode mode_of(uint8_t field);

// What a column's parameters say.
struct ColumnParameters {
  int64_t bias = 0;
  int32_t multiplier = 0;
  int32_t exponent = 0;
  // wide: sign, significand with its leading 1, and the power of two of the significand's last bit.
  enum class Factor : uint8_t { kZero, kNormal, kInfinite, kNan };
  Factor factor = Factor::kZero;
  bool negative = false;
  uint64_t significand = 0;
  int32_t power = 0;
};

ColumnParameters read_parameters(Mode mode, std::span<const uint8_t> bytes);

// One column's registers between the steps.
struct LaneRegister {
  int64_t value = 0;  // 32 bits of it, but for a pair's sum
  i128 wide = 0;
  bool negative = false;
  int32_t power = 0;
};

// The steps, each from the registers of the one before. Before the first, `value` is the accumulator or 256 x the
// pair's second one + its first.
void add_bias(Mode mode, LaneRegister& lane, const ColumnParameters& parameters);
void shift_left(Mode mode, LaneRegister& lane, const ColumnParameters& parameters);
void multiply(Mode mode, LaneRegister& lane, const ColumnParameters& parameters);
void round_product(Mode mode, LaneRegister& lane, const ColumnParameters& parameters);
void shift_right(Mode mode, LaneRegister& lane, const ColumnParameters& parameters);

}  // namespace atl::simulator::pe

#include "simulator/pe/requantizer.h"

#include <bit>
#include <cstring>
#include <limits>

#include "common/base/check.h"
#include "isa/instruction.h"

namespace atl::simulator::pe {

namespace {

constexpr int32_t kLowest = std::numeric_limits<int32_t>::min(), kHighest = std::numeric_limits<int32_t>::max();
constexpr int kSignificandBits = 53;

template <typename T>
T little_endian(std::span<const uint8_t> bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes.subspan(offset, sizeof value).data(), sizeof value);
  return value;
}

int bit_length(u128 value) {
  const auto high = static_cast<uint64_t>(value >> 64);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high) : std::bit_width(static_cast<uint64_t>(value)));
}

void read_factor(uint64_t bits, ColumnParameters& parameters) {
  const auto exponent = static_cast<int32_t>(bits >> 52 & 0x7FF);
  const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  parameters.negative = bits >> 63 != 0;
  parameters.significand = fraction | uint64_t{1} << 52;
  parameters.power = exponent - 1075;
  using Factor = ColumnParameters::Factor;
  parameters.factor = exponent == 0       ? Factor::kZero
                      : exponent != 0x7FF ? Factor::kNormal
                      : fraction != 0     ? Factor::kNan
                                          : Factor::kInfinite;
}

// |x| / 2^n, halves away from zero; the sign comes back on.
int64_t divided(int64_t x, int n) {
  if (n == 0) return x;
  if (n > 32) return 0;
  const int64_t magnitude = x < 0 ? -x : x;
  const int64_t quotient = (magnitude + (int64_t{1} << (n - 1))) >> n;
  return x < 0 ? -quotient : quotient;
}

// The magnitude with its sign, within int32.
int32_t saturated(u128 magnitude, bool negative) {
  const u128 limit = negative ? u128{1} << 31 : (u128{1} << 31) - 1;
  const auto bounded = static_cast<int64_t>(magnitude < limit ? magnitude : limit);
  return static_cast<int32_t>(negative ? -bounded : bounded);
}

// To 53 bits, ties to even; the bits that fall away count in the power.
void round_to_double(LaneRegister& lane) {
  auto product = static_cast<u128>(lane.wide);
  const int drop = bit_length(product) - kSignificandBits;
  if (drop <= 0) return;
  const u128 rest = product & ((u128{1} << drop) - 1), half = u128{1} << (drop - 1);
  product >>= drop;
  if (rest > half || (rest == half && (product & 1) != 0)) ++product;
  lane.wide = static_cast<i128>(product);
  lane.power += drop;
}

// (v * m + 2^(shift - 1)) >> shift of the product v * m. Within the reference's contract the low 32 bits count; beyond
// it the quotient saturates.
int32_t shifted_long(const LaneRegister& lane, const ColumnParameters& parameters) {
  constexpr int64_t kLimit = int64_t{1} << 47;
  const int32_t exponent = parameters.exponent;
  const bool in_contract =
      parameters.multiplier >= 0 && lane.value < kLimit && lane.value > -kLimit && exponent >= -31 && exponent <= 7;
  const i128 product = lane.wide;
  if (in_contract)
    return static_cast<int32_t>(static_cast<uint32_t>((product + (i128{1} << (14 - exponent))) >> (15 - exponent)));
  if (product == 0 || exponent < -65) return 0;  // |product| < 2^78
  const bool negative = product < 0;
  if (exponent <= 14) {
    const i128 quotient = (product + (i128{1} << (14 - exponent))) >> (15 - exponent);
    return quotient < 0 ? saturated(static_cast<u128>(-quotient), true) : saturated(static_cast<u128>(quotient), false);
  }
  const auto magnitude = static_cast<u128>(negative ? -product : product);
  return saturated(exponent >= 47 ? u128{1} << 32 : magnitude << (exponent - 15), negative);
}

// The product's magnitude times 2^power, rounded to an integer.
int32_t to_integer(const LaneRegister& lane) {
  const auto product = static_cast<u128>(lane.wide);
  if (product == 0) return 0;
  if (lane.power >= 0) return saturated(lane.power > 32 ? u128{1} << 32 : product << lane.power, lane.negative);
  const int shift = -lane.power;
  if (shift > kSignificandBits + 1) return 0;  // below a half
  return saturated((product + (u128{1} << (shift - 1))) >> shift, lane.negative);
}

}  // namespace

Mode mode_of(uint8_t field) {
  switch (static_cast<isa::RequantizeMode>(field)) {
    case isa::RequantizeMode::kFixed: return {Scaling::kFixed, false, false};
    case isa::RequantizeMode::kWide: return {Scaling::kWide, false, false};
    case isa::RequantizeMode::kLongPair: return {Scaling::kLong, true, false};
    case isa::RequantizeMode::kWidePair: return {Scaling::kWide, true, false};
    case isa::RequantizeMode::kFixedLowPair: return {Scaling::kFixed, true, true};
    case isa::RequantizeMode::kWideLowPair: return {Scaling::kWide, true, true};
  }
  ATOLL_CHECK(false, "requantize mode {}", field);
}

ColumnParameters read_parameters(Mode mode, std::span<const uint8_t> bytes) {
  ColumnParameters parameters;
  parameters.bias = mode.pairs ? little_endian<int64_t>(bytes, 0) : little_endian<int32_t>(bytes, 0);
  const size_t next = mode.pairs ? 8 : 4;
  if (mode.scaling == Scaling::kWide) {
    read_factor(little_endian<uint64_t>(bytes, next), parameters);
  } else {
    parameters.multiplier = little_endian<int32_t>(bytes, next);
    parameters.exponent = little_endian<int32_t>(bytes, next + 4);
  }
  return parameters;
}

void add_bias(Mode mode, LaneRegister& lane, const ColumnParameters& parameters) {
  lane.value = static_cast<int64_t>(static_cast<uint64_t>(lane.value) + static_cast<uint64_t>(parameters.bias));
  if (!mode.pairs || mode.low) lane.value = static_cast<int32_t>(lane.value);
}

void shift_left(Mode mode, LaneRegister& lane, const ColumnParameters& parameters) {
  if (mode.scaling == Scaling::kLong) return;
  if (mode.scaling == Scaling::kWide) {
    lane.negative = (lane.value < 0) != parameters.negative;
    lane.wide = lane.value < 0 ? -i128{lane.value} : i128{lane.value};
    lane.power = 0;
    return round_to_double(lane);
  }
  const auto low = static_cast<int32_t>(lane.value);
  const int32_t exponent = parameters.exponent;
  lane.value = low;
  if (exponent <= 0 || low == 0) return;
  // Up to 31 places bits are lost at the top; beyond, the reference has no answer, and the value saturates.
  lane.value = exponent <= 31 ? static_cast<int32_t>(static_cast<uint32_t>(low) << exponent)
               : low < 0      ? kLowest
                              : kHighest;
}

void multiply(Mode mode, LaneRegister& lane, const ColumnParameters& parameters) {
  switch (mode.scaling) {
    case Scaling::kFixed: lane.wide = i128{lane.value} * parameters.multiplier; return;
    case Scaling::kWide:
      lane.power += parameters.power;
      lane.wide *= static_cast<i128>(parameters.significand);
      return;
    case Scaling::kLong: {
      const int64_t upper = (int64_t{parameters.multiplier} + (1 << 15)) >> 16;
      lane.wide = i128{lane.value} * (upper < 0x7FFF ? upper : 0x7FFF);
      return;
    }
  }
}

void round_product(Mode mode, LaneRegister& lane, const ColumnParameters&) {
  if (mode.scaling == Scaling::kLong) return;
  if (mode.scaling == Scaling::kWide) return round_to_double(lane);
  const i128 rounded = (lane.wide + (i128{1} << 30)) >> 31;
  lane.value = rounded > kHighest ? kHighest : static_cast<int64_t>(rounded);
}

void shift_right(Mode mode, LaneRegister& lane, const ColumnParameters& parameters) {
  using Factor = ColumnParameters::Factor;
  if (mode.scaling == Scaling::kLong) {
    lane.value = shifted_long(lane, parameters);
    return;
  }
  if (mode.scaling == Scaling::kFixed) {
    if (parameters.exponent < 0)
      lane.value = divided(lane.value, parameters.exponent < -33 ? 33 : -parameters.exponent);
    return;
  }
  const bool is_zero = lane.wide == 0;
  switch (parameters.factor) {
    case Factor::kZero:
    case Factor::kNan: lane.value = 0; return;
    case Factor::kInfinite: lane.value = is_zero ? 0 : saturated(u128{1} << 32, lane.negative); return;
    case Factor::kNormal: lane.value = to_integer(lane); return;
  }
}

}  // namespace atl::simulator::pe

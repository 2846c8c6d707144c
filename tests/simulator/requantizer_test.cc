// The register level's integer arithmetic of the output stage against the reference's, doubles included.
#include "simulator/pe/requantizer.h"

#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "common/numerics/multiplier.h"
#include "common/numerics/wide.h"
#include "tests/support/random_program.h"

using namespace atl;
using namespace atl::simulator;

namespace {

int64_t through_the_steps(pe::Mode mode, int64_t value, const pe::ColumnParameters& parameters) {
  pe::LaneRegister lane;
  lane.value = value;
  pe::add_bias(mode, lane, parameters);
  pe::shift_left(mode, lane, parameters);
  pe::multiply(mode, lane, parameters);
  pe::round_product(mode, lane, parameters);
  pe::shift_right(mode, lane, parameters);
  return lane.value;
}

template <typename... Parts>
pe::ColumnParameters column(pe::Mode mode, Parts... parts) {
  std::array<uint8_t, 16> bytes{};
  size_t at = mode.pairs ? 8 : 4;  // behind a bias of 0
  ((std::memcpy(bytes.data() + at, &parts, sizeof parts), at += sizeof parts), ...);
  return pe::read_parameters(mode, bytes);
}

// Numbers of every size, with many at the ends and beside powers of two.
int64_t draw_number(test::Draw& draw, int bits) {
  const auto magnitude = static_cast<int64_t>((uint64_t{1} << draw.between(0, bits - 1)) + draw.between(-2, 2));
  const int64_t value = draw.chance(50) ? magnitude : draw.between(-magnitude - 3, magnitude + 3);
  return draw.chance(50) ? value : -value;
}

double draw_factor(test::Draw& draw) {
  if (draw.chance(5)) return std::bit_cast<double>(static_cast<uint64_t>(draw.between(INT64_MIN, INT64_MAX - 1)));
  const double significand = draw.chance(50) ? 1 + std::ldexp(double(draw.between(0, 7)), -3)
                                             : 1 + std::ldexp(double(draw.between(0, (int64_t{1} << 52) - 1)), -52);
  return std::ldexp(draw.chance(80) ? significand : -significand, static_cast<int>(draw.between(-60, 12)));
}

}  // namespace

TEST_CASE("the output stage's steps give what doubles give") {
  test::Draw draw(1);
  for (int i = 0; i < 400'000; ++i) {
    const double factor = draw_factor(draw);
    const bool pairs = i % 2 != 0;
    const int64_t value = pairs ? draw_number(draw, 62) : static_cast<int32_t>(draw_number(draw, 31));
    const pe::Mode mode{pe::Scaling::kWide, pairs, false};
    const int64_t got = through_the_steps(mode, value, column(mode, factor));
    if (got != numerics::requantize_wide(value, factor)) {
      INFO(value << " x " << factor);
      REQUIRE(got == numerics::requantize_wide(value, factor));
    }
  }
  const pe::Mode mode{pe::Scaling::kWide, false, false};
  for (const double factor :
       {0.0, -0.0, double{INFINITY}, -double{INFINITY}, double{NAN}, 5e-324, 1.7e308, 0.5, -0.5, 0.49999999999999994})
    for (const int32_t value : {0, 1, -1, 3, INT32_MAX, INT32_MIN})
      CHECK(through_the_steps(mode, value, column(mode, factor)) == numerics::requantize_wide(value, factor));
}

TEST_CASE("the output stage's steps give what multipliers give") {
  test::Draw draw(2);
  for (int i = 0; i < 400'000; ++i) {
    const auto multiplier = static_cast<int32_t>(draw_number(draw, 31));
    const auto exponent = static_cast<int32_t>(draw.between(-70, 70));
    const bool is_long = i % 2 != 0;
    const pe::Mode mode{is_long ? pe::Scaling::kLong : pe::Scaling::kFixed, is_long, false};
    const int64_t value = is_long ? draw_number(draw, 62) : static_cast<int32_t>(draw_number(draw, 31));
    const int64_t got = through_the_steps(mode, value, column(mode, multiplier, exponent));
    const numerics::Multiplier m{multiplier, exponent};
    const int64_t expected = is_long ? numerics::multiply_by_quantized_multiplier_64(value, m)
                                     : numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(value), m);
    if (got != expected) {
      INFO(value << " x " << multiplier << " 2^" << exponent);
      REQUIRE(got == expected);
    }
  }
}

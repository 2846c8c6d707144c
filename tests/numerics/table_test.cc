#include "common/numerics/table.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace atl::numerics;

namespace {
float logistic(float x) { return 1 / (1 + std::exp(-x)); }
float identity(float x) { return x; }
float undefined(float) { return std::nanf(""); }
}  // namespace

TEST_CASE("a table holds the function of every input, indexed by its bits") {
  const Table256 table = build_table(logistic, {0.05f, -7}, {1.0f / 256, -128}, full_range<int8_t>());
  for (int q = -128; q <= 127; ++q) {
    const double exact = 256 / (1 + std::exp(-static_cast<double>(0.05f) * (q + 7))) - 128;
    const auto got = static_cast<int8_t>(table[static_cast<uint8_t>(q)]);
    REQUIRE(std::fabs(got - std::fmin(exact, 127)) < 0.501);
  }
  const Table256 same = build_table(identity, {0.3f, 9}, {0.3f, 9}, full_range<uint8_t>());
  for (int q = 0; q < 256; ++q) REQUIRE(same[static_cast<size_t>(q)] == q);
  const Table256 clamped = build_table(identity, {1000.0f, 0}, {1e-6f, 0}, full_range<int8_t>());
  CHECK(clamped[1] == 127);
  CHECK(clamped[255] == 128);  // -1 -> -128
  CHECK(build_table(undefined, {1, 0}, {1, 5}, full_range<int8_t>())[17] == 5);
  CHECK(build_table(identity, {1e30f, 0}, {1, 5}, full_range<int8_t>())[17] == 127);
}

TEST_CASE("an interpolation table is near to its function everywhere") {
  constexpr float in = 1e-4f, out = 1.0f / 8192;
  const InterpolationTable table = build_interpolation_table(logistic, {in, 0}, {out, 0});
  for (int q = -32768; q <= 32767; ++q) {
    const double exact = 8192 / (1 + std::exp(-static_cast<double>(in) * q));
    REQUIRE(std::fabs(interpolate(table, static_cast<int16_t>(q)) - exact) <= 1.5);
  }
  CHECK(table[256] == 4096);
  // A function that leaves the type: clamped, not wrapped; no number: 0.
  CHECK(build_interpolation_table(identity, {1, 0}, {0.5f, 0})[512] == 32767);
  CHECK(build_interpolation_table(undefined, {1, 0}, {1, 0})[100] == 0);
}

TEST_CASE("interpolation rounds half up between neighbours") {
  InterpolationTable table{};
  table[256] = 10, table[257] = 11, table[258] = -30000, table[259] = 30000;
  CHECK(interpolate(table, 0) == 10);
  CHECK(interpolate(table, 63) == 10);
  CHECK(interpolate(table, 64) == 11);
  // A slope beyond 16 bits wraps: 60000 counts as -5536.
  CHECK(interpolate(table, 256 + 64) == static_cast<int16_t>(-30000 + ((-5536 * 64 + 64) >> 7)));
}

#include "common/numerics/table.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace atl::numerics;

namespace {
double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double identity(double x) { return x; }
double undefined(double) { return std::nan(""); }
}  // namespace

TEST_CASE("a table holds the function of every input, indexed by its bits") {
  const Table256 table = build_table(logistic, {0.05f, -7}, {1.0f / 256, -128}, full_range<int8_t>());
  for (int q = -128; q <= 127; ++q) {
    const double exact = 256 * logistic(static_cast<double>(0.05f) * (q + 7)) - 128;
    const auto got = static_cast<int8_t>(table[static_cast<uint8_t>(q)]);
    REQUIRE(std::fabs(got - std::fmin(exact, 127)) < 0.501);
  }
  const Table256 same = build_table(identity, {0.3f, 9}, {0.3f, 9}, full_range<uint8_t>());
  for (int q = 0; q < 256; ++q) REQUIRE(same[static_cast<size_t>(q)] == q);
  const Table256 clamped = build_table(identity, {1000.0f, 0}, {1e-6f, 0}, full_range<int8_t>());
  CHECK(clamped[1] == 127);
  CHECK(clamped[255] == 128);  // -1 -> -128
  CHECK(build_table(undefined, {1, 0}, {1, 5}, full_range<int8_t>())[17] == 5);
}

// Correct rounding, judged three ways: hashes over every 16411th float32, first computed with 113-bit arithmetic; the
// hardest of millions of sampled arguments (nearest to the middle of two float32 values); long double where it is
// wider.
#include "common/numerics/elementary.h"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace atl::numerics;

namespace {

using Function = float (*)(float);

struct HardCase {
  float argument, result;
};

struct Judged {
  const char* name;
  Function function;
  long double (*wide)(long double);
  uint64_t hash;
  std::vector<HardCase> hard;
};

long double wide_exp(long double x) { return std::exp(x); }
long double wide_expm1(long double x) { return std::expm1(x); }
long double wide_log(long double x) { return std::log(x); }
long double wide_sin(long double x) { return std::sin(x); }
long double wide_cos(long double x) { return std::cos(x); }
long double wide_tanh(long double x) { return std::tanh(x); }
long double wide_erfc(long double x) { return std::erfc(x); }

const std::vector<Judged>& judged() {
  static const std::vector<Judged> all = {
      {"exp",
       exp_float,
       wide_exp,
       0xbbc00de048d44712,
       {{-0x1.70bc7p-6f, 0x1.f49b0ep-1f}, {0x1.b34f6cp-10f, 0x1.006ceap+0f}, {-0x1.d3be2cp-1f, 0x1.9ab84cp-2f}}},
      {"expm1",
       expm1_float,
       wide_expm1,
       0xd5ef67c9ecc8ab4b,
       {{0x1.85df2ap-5f, 0x1.8f4c4ap-5f}, {0x1.58b90ep+1f, 0x1.b8e654p+3f}, {-0x1.11c8c8p+3f, -0x1.ffe6c8p-1f}}},
      {"log",
       log_float,
       wide_log,
       0xf433dc1ba31e32cc,
       {{0x1.e88e0cp+9f, 0x1.b89d46p+2f}, {0x1.7deb0ep+0f, 0x1.99a132p-2f}, {0x1.332892p+10f, 0x1.c7462ep+2f}}},
      {"sin",
       sin_float,
       wide_sin,
       0x55c9c857667ad9b9,
       {{0x1.3b19cp-6f, 0x1.3b14c8p-6f}, {-0x1.20441ep+10f, 0x1.9836ap-4f}, {0x1.75b924p-3f, 0x1.73a70cp-3f}}},
      {"cos",
       cos_float,
       wide_cos,
       0xbbff76b8e95d3cd8,
       {{-0x1.c580a4p+0f, -0x1.98467ep-3f}, {-0x1.da41c2p+8f, -0x1.fc17bp-1f}, {-0x1.94faf2p+7f, 0x1.230d9ep-3f}}},
      {"tanh",
       tanh_float,
       wide_tanh,
       0x9e32ea47fb2ddfb4,
       {{0x1.037378p+0f, 0x1.88ce28p-1f}, {-0x1.efd42ep-9f, -0x1.efd394p-9f}, {-0x1.e280bap-4f, -0x1.e0488ap-4f}}},
      {"erfc",
       erfc_float,
       wide_erfc,
       0xa2562891df50d3c3,
       {{0x1.5f992cp-8f, 0x1.fce68ap-1f}, {0x1.866d8ap+2f, 0x1.cf6ec6p-58f}, {0x1.0260fcp-3f, 0x1.b77f5ep-1f}}},
  };
  return all;
}

// FNV-1a over the bits of the results; every NaN counts as one.
uint64_t hash_of(Function function) {
  uint64_t hash = 0xcbf29ce484222325;
  for (uint64_t bits = 0; bits <= 0xFFFFFFFF; bits += 16411) {
    const float y = function(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    hash = (hash ^ (std::isnan(y) ? 0x7FC00000u : std::bit_cast<uint32_t>(y))) * 0x100000001b3;
  }
  return hash;
}

// Whether `rounded` is a float32 nearest to `wide`, which may itself be off in its last bits.
bool is_nearest(float rounded, long double wide) {
  if (std::isnan(rounded)) return std::isnan(wide);
  if (std::isinf(rounded)) return std::fabs(wide) > 3.4028235e38L && (wide > 0) == (rounded > 0);
  const float below = std::nextafter(rounded, -std::numeric_limits<float>::infinity());
  const float above = std::nextafter(rounded, std::numeric_limits<float>::infinity());
  const long double slack = std::fabs(wide) * 0x1p-60L;
  const auto middle = [&](float other) { return (static_cast<long double>(rounded) + other) / 2; };
  return (std::isinf(below) || wide >= middle(below) - slack) && (std::isinf(above) || wide <= middle(above) + slack);
}

}  // namespace

TEST_CASE("elementary functions give the same bits everywhere") {
  for (const Judged& one : judged()) {
    INFO(one.name);
    CHECK(hash_of(one.function) == one.hash);
  }
}

TEST_CASE("elementary functions round the hardest arguments correctly") {
  for (const Judged& one : judged()) {
    for (const HardCase& hard : one.hard) {
      INFO(one.name << " " << hard.argument);
      CHECK(one.function(hard.argument) == hard.result);
    }
  }
}

TEST_CASE("elementary functions are nearest to the wider results of the C library") {
  if (std::numeric_limits<long double>::digits < 64) return;  // nothing wider here
  for (const Judged& one : judged()) {
    INFO(one.name);
    int wrong = 0;
    for (uint64_t bits = 77; bits <= 0xFFFFFFFF; bits += 100003) {
      const float x = std::bit_cast<float>(static_cast<uint32_t>(bits));
      if (!is_nearest(one.function(x), one.wide(static_cast<long double>(x)))) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("pow is nearest to the wider result, exact and tied results included") {
  int wrong = 0;
  for (int base = -40; base <= 200; ++base) {
    for (int exponent = -60; exponent <= 60; ++exponent) {
      const float x = static_cast<float>(base) / 4, y = static_cast<float>(exponent) / 4;
      if (!is_nearest(pow_float(x, y), std::pow(static_cast<long double>(x), static_cast<long double>(y)))) ++wrong;
    }
  }
  CHECK(wrong == 0);
  CHECK(pow_float(3, 15) == 14348907.0f);    // 24 bits: exact
  CHECK(pow_float(4099, 2) == 16801800.0f);  // 16801801 lies between two: the even one
  CHECK(pow_float(4097, 2) == 16785408.0f);  // 16785409
  CHECK(pow_float(0.5f, 149) == 0x1p-149f);
  CHECK(pow_float(0.5f, 150) == 0);  // a tie with the smallest number
  CHECK(pow_float(1e-20f, 2) == 1e-40f);
}

TEST_CASE("special values follow C") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Judged& one : judged()) CHECK(std::isnan(one.function(nan)));
  CHECK((exp_float(inf) == inf && exp_float(-inf) == 0 && exp_float(0) == 1));
  CHECK((log_float(inf) == inf && log_float(0) == -inf && std::isnan(log_float(-1))));
  CHECK((std::isnan(sin_float(inf)) && std::isnan(cos_float(-inf)) && cos_float(0) == 1));
  CHECK((std::signbit(sin_float(-0.0f)) && std::signbit(tanh_float(-0.0f)) && std::signbit(expm1_float(-0.0f))));
  CHECK((tanh_float(inf) == 1 && expm1_float(-inf) == -1 && erfc_float(-inf) == 2 && erfc_float(inf) == 0));
  const std::vector<float> values = {0.0f, -0.0f, 1, -1, 2, -2, 3, 0.5f, -0.5f, 1e30f, -1e30f, inf, -inf, nan};
  for (const float x : values) {
    for (const float y : values) {
      const float got = pow_float(x, y), wanted = std::pow(x, y);
      INFO(x << " to the " << y);
      CHECK((std::isnan(got) ? std::isnan(wanted) : got == wanted && std::signbit(got) == std::signbit(wanted)));
    }
  }
}

TEST_CASE("exp in double is within an ulp") {
  for (int i = 0; i <= 4000; ++i) {
    const double x = -10 + i * 0.0025;
    const auto wide = std::exp(static_cast<long double>(x));
    CHECK(std::fabs(static_cast<long double>(exp_double(x)) - wide) <= std::fabs(wide) * 0x1.1p-53L);
  }
}

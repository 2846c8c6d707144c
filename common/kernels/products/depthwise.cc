#include "common/kernels/products/depthwise.h"

#include "common/kernels/interface/simd.h"

namespace atl::kernels::products {
namespace {

// Channels [at, at + Count); Count is known to the compiler, so that the sums stay in registers.
template <int64_t Count, typename Taps, typename Sum>
inline __attribute__((always_inline)) void channels(const Taps& taps, Sum zero_point, Sum* sums, int64_t at) {
  Sum local[Count] = {};
  for (int64_t y = 0; y < taps.rows; ++y) {
    for (int64_t x = 0; x < taps.columns; ++x) {
      const auto* input = taps.input + y * taps.input_row + x * taps.input_column + at;
      const auto* weights = taps.weights + y * taps.weight_row + x * taps.weight_column + at;
      for (int64_t c = 0; c < Count; ++c) {
        local[c] += (static_cast<Sum>(input[c]) - zero_point) * static_cast<Sum>(weights[c]);
      }
    }
  }
  for (int64_t c = 0; c < Count; ++c) sums[at + c] = local[c];
}

template <typename Taps, typename Sum>
inline __attribute__((always_inline)) void all_channels(const Taps& taps, Sum zero_point, Sum* sums, int64_t count) {
  constexpr int64_t kBlock = 32, kSmallBlock = 8;
  int64_t c = 0;
  for (; c + kBlock <= count; c += kBlock) channels<kBlock>(taps, zero_point, sums, c);
  for (; c + kSmallBlock <= count; c += kSmallBlock) channels<kSmallBlock>(taps, zero_point, sums, c);
  for (; c < count; ++c) channels<1>(taps, zero_point, sums, c);
}

}  // namespace

// (x - 0) is x, also for -0 and NaN.
ATOLL_CLONES void depthwise_sums(const Taps<float, float>& taps, float* sums, int64_t count) {
  all_channels(taps, 0.0f, sums, count);
}

ATOLL_CLONES void depthwise_sums(const Taps<int8_t, int16_t>& taps, int32_t zero_point, int32_t* sums, int64_t count) {
  all_channels(taps, zero_point, sums, count);
}

ATOLL_CLONES void depthwise_sums(const Taps<uint8_t, int16_t>& taps, int32_t zero_point, int32_t* sums, int64_t count) {
  all_channels(taps, zero_point, sums, count);
}

ATOLL_CLONES void depthwise_sums(const Taps<int16_t, int16_t>& taps, int32_t zero_point, int32_t* sums, int64_t count) {
  all_channels(taps, zero_point, sums, count);
}

ATOLL_CLONES void depthwise_sums(const Taps<int16_t, int16_t>& taps, int32_t zero_point, int64_t* sums, int64_t count) {
  all_channels(taps, int64_t{zero_point}, sums, count);
}

}  // namespace atl::kernels::products

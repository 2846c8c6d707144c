// Written for the compiler's vectorizer: int16 x int16 summed into int32 along contiguous memory is one multiply-add
// instruction.
#include "simulator/core/matmul_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ATOLL_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define ATOLL_CLONES
#endif

namespace atl::simulator {

namespace {

int32_t wrapping_add(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

}  // namespace

ATOLL_CLONES void widen_unsigned(const uint8_t* in, int zero_point, size_t count, int16_t* out) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(in[i] - zero_point);
}

ATOLL_CLONES void widen_signed(const int8_t* in, int zero_point, size_t count, int16_t* out) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(in[i] - zero_point);
}

ATOLL_CLONES void split_bytes(int16_t* __restrict values, size_t count, int16_t* __restrict low) {
  for (size_t i = 0; i < count; ++i) {
    low[i] = static_cast<int16_t>(values[i] & 0xFF);
    values[i] = static_cast<int16_t>(values[i] >> 8);
  }
}

ATOLL_CLONES void add_dense(const int16_t* __restrict activations, const int16_t* __restrict weights, size_t row_stride,
                            size_t columns, int32_t* __restrict accumulators) {
  const size_t elements = row_stride / kRowMultiple * kRowMultiple;
  for (size_t j = 0; j < columns; ++j) {
    const int16_t* column = weights + j * row_stride;
    int32_t sum = 0;
    for (size_t k = 0; k < elements; ++k) sum += activations[k] * column[k];
    accumulators[j] = wrapping_add(accumulators[j], sum);
  }
}

ATOLL_CLONES void add_elementwise(const int16_t* __restrict activations, const int16_t* __restrict weights,
                                  size_t columns, int32_t* __restrict accumulators) {
  for (size_t j = 0; j < columns; ++j) {
    accumulators[j] = wrapping_add(accumulators[j], activations[j] * weights[j]);
  }
}

ATOLL_CLONES void add_repeated(const int16_t* __restrict activations, const int16_t* __restrict weights, size_t columns,
                               size_t repeat, int32_t* __restrict accumulators) {
  size_t j = 0;
  for (size_t k = 0; j < columns; ++k) {
    for (const size_t end = j + repeat < columns ? j + repeat : columns; j < end; ++j) {
      accumulators[j] = wrapping_add(accumulators[j], activations[k] * weights[j]);
    }
  }
}

}  // namespace atl::simulator

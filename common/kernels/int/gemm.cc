#include "common/kernels/int/gemm.h"

#include "common/kernels/interface/simd.h"

namespace atl::kernels::integer {
namespace {

// A block of Rows x Columns results: each vector of a and b that is loaded serves several of them.
template <int Rows, int Columns>
inline __attribute__((always_inline)) void block(const int16_t* a, const int16_t* b, int32_t* c, int64_t depth,
                                                 int64_t c_stride) {
  int32_t sums[Rows][Columns] = {};
  for (int64_t k = 0; k < depth; ++k) {
#pragma GCC unroll 4
    for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 4
      for (int j = 0; j < Columns; ++j) sums[i][j] += static_cast<int32_t>(a[i * depth + k]) * b[j * depth + k];
    }
  }
  for (int i = 0; i < Rows; ++i) {
    for (int j = 0; j < Columns; ++j) c[i * c_stride + j] = sums[i][j];
  }
}

template <int Rows>
inline __attribute__((always_inline)) void stripe(const int16_t* a, const int16_t* b, int32_t* c, int64_t columns,
                                                  int64_t depth, int64_t c_stride) {
  int64_t j = 0;
  for (; j + 4 <= columns; j += 4) block<Rows, 4>(a, b + j * depth, c + j, depth, c_stride);
  for (; j < columns; ++j) block<Rows, 1>(a, b + j * depth, c + j, depth, c_stride);
}

}  // namespace

ATOLL_CLONES void gemm(const int16_t* a, const int16_t* b, int32_t* c, int64_t rows, int64_t columns, int64_t depth,
                       int64_t c_stride) {
  int64_t i = 0;
  for (; i + 2 <= rows; i += 2) stripe<2>(a + i * depth, b, c + i * c_stride, columns, depth, c_stride);
  for (; i < rows; ++i) stripe<1>(a + i * depth, b, c + i * c_stride, columns, depth, c_stride);
}

ATOLL_CLONES void widen(const int8_t* from, int16_t* to, int64_t count, int32_t zero_point) {
  for (int64_t i = 0; i < count; ++i) to[i] = static_cast<int16_t>(from[i] - zero_point);
}

ATOLL_CLONES void widen(const uint8_t* from, int16_t* to, int64_t count, int32_t zero_point) {
  for (int64_t i = 0; i < count; ++i) to[i] = static_cast<int16_t>(from[i] - zero_point);
}

}  // namespace atl::kernels::integer

#include "common/kernels/products/int_gemm.h"

#include <algorithm>
#include <cstring>

#include "common/kernels/interface/simd.h"

#ifdef ATOLL_AVX2
#include <immintrin.h>
#endif

namespace atl::kernels::products {
namespace {

constexpr int64_t kColumns = 16;  // results of a row computed side by side
constexpr int kRows = 6;          // rows that share each load of b: 12 sums, 2 of b and 1 of a fill 16 registers

// A panel holds 16 rows of b, interleaved: for each pair of depths k, k + 1, the pairs of the 16 rows.
constexpr int64_t kPairs = 2 * kColumns;

typedef uint16_t Pairs __attribute__((vector_size(16)));  // 8 pairs of bytes
typedef int8_t Bytes16 __attribute__((vector_size(16)));
typedef uint8_t UBytes16 __attribute__((vector_size(16)));
typedef int16_t Wide16 __attribute__((vector_size(32), aligned(2), may_alias));

// Row t of `to` is column t of `from`.
inline __attribute__((always_inline)) void transpose(const Pairs (&from)[8], Pairs (&to)[8]) {
  Pairs a[8], b[8];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    a[2 * i] = __builtin_shufflevector(from[i], from[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
    a[2 * i + 1] = __builtin_shufflevector(from[i], from[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    b[2 * i] = __builtin_shufflevector(a[i], a[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
    b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    to[2 * i] = __builtin_shufflevector(b[i], b[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
    to[2 * i + 1] = __builtin_shufflevector(b[i], b[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
  }
}

// Eight rows of b, depths k .. k + 15, to their place in the panel.
template <typename Bytes>
inline __attribute__((always_inline)) void pack_tile(const uint8_t* from, int64_t stride, int16_t zero_point,
                                                     int16_t* panel) {
  Pairs rows[8], columns[8];
#pragma GCC unroll 8
  for (int j = 0; j < 8; ++j) std::memcpy(&rows[j], from + j * stride, sizeof(Pairs));
  transpose(rows, columns);
#pragma GCC unroll 8
  for (int t = 0; t < 8; ++t) {
    const Wide16 wide = __builtin_convertvector(reinterpret_cast<Bytes>(columns[t]), Wide16) - zero_point;
    *reinterpret_cast<Wide16*>(panel + t * kPairs) = wide;
  }
}

int16_t element(WeightRows b, int64_t at) {
  const int32_t value = b.is_signed ? static_cast<int8_t>(b.data[at]) : b.data[at];
  return static_cast<int16_t>(value - b.zero_point);
}

// Rows first .. first + kColumns of b; those beyond the last, and the depth beyond the last, are zeros.
ATOLL_CLONES void pack(WeightRows b, int64_t first, const GemmShape& shape, int16_t* panel) {
  const int64_t count = std::min(kColumns, shape.columns - first);
  const auto zero_point = static_cast<int16_t>(b.zero_point);
  int64_t k = 0;
  for (; count == kColumns && k + 16 <= shape.depth; k += 16) {
    for (int64_t j = 0; j < kColumns; j += 8) {
      const uint8_t* from = b.data + (first + j) * b.stride + k;
      int16_t* to = panel + k / 2 * kPairs + 2 * j;
      b.is_signed ? pack_tile<Bytes16>(from, b.stride, zero_point, to)
                  : pack_tile<UBytes16>(from, b.stride, zero_point, to);
    }
  }
  for (; k < gemm_depth(shape.depth); ++k) {
    for (int64_t j = 0; j < kColumns; ++j) {
      const bool inside = j < count && k < shape.depth;
      panel[k / 2 * kPairs + 2 * j + k % 2] = inside ? element(b, (first + j) * b.stride + k) : static_cast<int16_t>(0);
    }
  }
}

// One row of kColumns results.
void portable_row(const int16_t* a, const int16_t* panel, int64_t depth, int32_t* c) {
  int32_t sums[kColumns] = {};
  for (int64_t k = 0; k < depth; k += 2, panel += kPairs) {
    for (int64_t j = 0; j < kColumns; ++j) sums[j] += a[k] * panel[2 * j] + a[k + 1] * panel[2 * j + 1];
  }
  std::copy_n(sums, kColumns, c);
}

void portable_rows(WideRows a, const int16_t* panel, int64_t rows, int64_t depth, int32_t* c, int64_t c_stride) {
  for (int64_t i = 0; i < rows; ++i) portable_row(a.data + i * a.stride, panel, depth, c + i * c_stride);
}

#ifdef ATOLL_AVX2
template <int Rows>
__attribute__((target("avx2"), always_inline)) inline void avx2_block(WideRows a, const int16_t* panel, int64_t depth,
                                                                      int32_t* c, int64_t c_stride) {
  __m256i sums[Rows][2];
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) sums[i][0] = sums[i][1] = _mm256_setzero_si256();
  for (int64_t k = 0; k < depth; k += 2, panel += kPairs) {
    const __m256i b0 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(panel));
    const __m256i b1 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(panel + kColumns));
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      int32_t pair;
      std::memcpy(&pair, a.data + i * a.stride + k, sizeof pair);
      const __m256i x = _mm256_set1_epi32(pair);
      sums[i][0] = _mm256_add_epi32(sums[i][0], _mm256_madd_epi16(x, b0));
      sums[i][1] = _mm256_add_epi32(sums[i][1], _mm256_madd_epi16(x, b1));
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(c + i * c_stride), sums[i][0]);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(c + i * c_stride + kColumns / 2), sums[i][1]);
  }
}

__attribute__((target("avx2"))) void avx2_rows(WideRows a, const int16_t* panel, int64_t rows, int64_t depth,
                                               int32_t* c, int64_t c_stride) {
  int64_t i = 0;
  for (; i + kRows <= rows; i += kRows) {
    avx2_block<kRows>({a.data + i * a.stride, a.stride}, panel, depth, c + i * c_stride, c_stride);
  }
  for (; i < rows; ++i) avx2_block<1>({a.data + i * a.stride, a.stride}, panel, depth, c + i * c_stride, c_stride);
}
#endif

// Whole panels: c has room for kColumns results in each row.
void rows_of_panel(WideRows a, const int16_t* panel, int64_t rows, int64_t depth, int32_t* c, int64_t c_stride) {
#ifdef ATOLL_AVX2
  if (has_avx2()) return avx2_rows(a, panel, rows, depth, c, c_stride);
#endif
  portable_rows(a, panel, rows, depth, c, c_stride);
}

// The last panel, of fewer than kColumns results, by way of a buffer.
void rows_of_last_panel(WideRows a, const int16_t* panel, const GemmShape& shape, int64_t count, int32_t* c,
                        int64_t c_stride) {
  int32_t buffer[kRows * kColumns];
  for (int64_t i = 0; i < shape.rows; i += kRows) {
    const int64_t rows = std::min<int64_t>(kRows, shape.rows - i);
    rows_of_panel({a.data + i * a.stride, a.stride}, panel, rows, shape.depth, buffer, kColumns);
    for (int64_t r = 0; r < rows; ++r) std::copy_n(buffer + r * kColumns, count, c + (i + r) * c_stride);
  }
}

}  // namespace

void gemm(const GemmShape& shape, WideRows a, WeightRows b, int32_t* c, int64_t c_stride, GemmScratch& scratch) {
  std::vector<int16_t>& panel = scratch.panel;
  panel.resize(static_cast<size_t>(gemm_depth(shape.depth) * kColumns));
  for (int64_t j = 0; j < shape.columns; j += kColumns) {
    const int64_t count = std::min(kColumns, shape.columns - j);
    pack(b, j, shape, panel.data());
    if (count == kColumns) {
      rows_of_panel(a, panel.data(), shape.rows, shape.depth, c + j, c_stride);
    } else {
      rows_of_last_panel(a, panel.data(), shape, count, c + j, c_stride);
    }
  }
}

void gemm(const GemmShape& shape, WideRows a, WeightRows b, int64_t* c, int64_t c_stride, GemmScratch& scratch) {
  // So many products of 16 and 9 bits fit into 32 bits.
  constexpr int64_t kBlock = 128;
  std::vector<int32_t>& partial = scratch.partial;
  partial.resize(static_cast<size_t>(shape.rows * shape.columns));
  for (int64_t i = 0; i < shape.rows; ++i) std::fill_n(c + i * c_stride, shape.columns, 0);
  for (int64_t k = 0; k < shape.depth; k += kBlock) {
    WeightRows weights = b;
    weights.data += k;
    gemm({shape.rows, shape.columns, std::min(kBlock, shape.depth - k)}, {a.data + k, a.stride}, weights,
         partial.data(), shape.columns, scratch);
    for (int64_t i = 0; i < shape.rows; ++i) {
      const int32_t* from = partial.data() + i * shape.columns;
      for (int64_t j = 0; j < shape.columns; ++j) c[i * c_stride + j] += from[j];
    }
  }
}

void widen(const int16_t* from, int16_t* to, int64_t count, int32_t /*zero_point*/) { std::copy_n(from, count, to); }

ATOLL_CLONES void widen(const int8_t* from, int16_t* to, int64_t count, int32_t zero_point) {
  for (int64_t i = 0; i < count; ++i) to[i] = static_cast<int16_t>(from[i] - zero_point);
}

ATOLL_CLONES void widen(const uint8_t* from, int16_t* to, int64_t count, int32_t zero_point) {
  for (int64_t i = 0; i < count; ++i) to[i] = static_cast<int16_t>(from[i] - zero_point);
}

}  // namespace atl::kernels::products

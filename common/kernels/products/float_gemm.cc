#include "common/kernels/products/float_gemm.h"

#include <algorithm>

#include "common/kernels/interface/simd.h"

namespace atl::kernels::products {
namespace {

constexpr int64_t kLanes = 8;             // of a vector; machines with narrower ones use several
constexpr int64_t kColumns = 2 * kLanes;  // results of a row computed side by side
constexpr int64_t kBlockDepth = 256;      // products summed on their own where sums go by blocks
constexpr int kRows = 6;  // rows that share each load of b: 12 sums, 2 of b and 1 of a fill 16 registers

typedef float Vector __attribute__((vector_size(kLanes * sizeof(float)), aligned(alignof(float)), may_alias));

// Columns first .. first + kColumns of b, as depth rows of kColumns elements; columns beyond the last are zeros.
inline __attribute__((always_inline)) void pack(RowsView b, int64_t first, int64_t columns, int64_t depth,
                                                float* panel) {
  const int64_t count = std::min(kColumns, columns - first);
  constexpr int64_t kStep = 8;
  int64_t k = 0;
  for (; count == kColumns && k + kStep <= depth; k += kStep) {
    const float* from = b.data + first * b.stride + k;
    for (int64_t j = 0; j < kColumns; ++j) {
      for (int64_t t = 0; t < kStep; ++t) panel[(k + t) * kColumns + j] = from[j * b.stride + t];
    }
  }
  for (; k < depth; ++k) {
    for (int64_t j = 0; j < kColumns; ++j) {
      panel[k * kColumns + j] = j < count ? b.data[(first + j) * b.stride + k] : 0.0f;
    }
  }
}

inline __attribute__((always_inline)) void clamp(Vector& x, FloatRange range) {
  const Vector low = Vector{} + range.low, high = Vector{} + range.high;
  x = x < low ? low : x;  // comparisons with NaN are false: it passes
  x = high < x ? high : x;
}

// Adds the products of first <= k < last to the sums, in order.
template <int Rows>
inline __attribute__((always_inline)) void add_up(RowsView a, const float* panel, int64_t first, int64_t last,
                                                  Vector (&sums)[Rows][2]) {
  for (int64_t k = first; k < last; ++k) {
    const Vector b0 = *reinterpret_cast<const Vector*>(panel + k * kColumns);
    const Vector b1 = *reinterpret_cast<const Vector*>(panel + k * kColumns + kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      const float x = a.data[i * a.stride + k];
      sums[i][0] += x * b0;
      sums[i][1] += x * b1;
    }
  }
}

// Rows x kColumns results.
template <int Rows>
inline __attribute__((always_inline)) void block(RowsView a, const float* panel, int64_t depth, FloatSums order,
                                                 const float* bias, FloatRange range, float* c, int64_t c_stride,
                                                 int64_t count) {
  Vector sums[Rows][2] = {};
  const int64_t first_depth = order == FloatSums::kInOrder ? depth : std::min(depth, kBlockDepth);
  add_up<Rows>(a, panel, 0, first_depth, sums);
  for (int64_t first = first_depth; first < depth; first += kBlockDepth) {
    Vector further[Rows][2] = {};
    add_up<Rows>(a, panel, first, std::min(first + kBlockDepth, depth), further);
    for (int i = 0; i < Rows; ++i) {
      for (int half = 0; half < 2; ++half) sums[i][half] += further[i][half];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {
    float results[kColumns];
    for (int half = 0; half < 2; ++half) {
      Vector sum = sums[i][half];
      if (bias != nullptr) sum += *reinterpret_cast<const Vector*>(bias + half * kLanes);
      clamp(sum, range);
      *reinterpret_cast<Vector*>(results + half * kLanes) = sum;
    }
    if (count == kColumns) {
      for (int64_t j = 0; j < kColumns; ++j) c[i * c_stride + j] = results[j];
    } else {
      for (int64_t j = 0; j < count; ++j) c[i * c_stride + j] = results[j];
    }
  }
}

}  // namespace

ATOLL_CLONES void gemm(const GemmShape& shape, FloatSums order, RowsView a, RowsView b, std::span<const float> bias,
                       FloatRange range, float* c, int64_t c_stride, std::vector<float>& panel) {
  panel.resize(static_cast<size_t>(std::max<int64_t>(shape.depth, 1) * kColumns));
  for (int64_t j = 0; j < shape.columns; j += kColumns) {
    const int64_t count = std::min(kColumns, shape.columns - j);
    pack(b, j, shape.columns, shape.depth, panel.data());
    float padded_bias[kColumns] = {};
    if (!bias.empty()) std::copy_n(bias.data() + j, count, padded_bias);
    const float* added = bias.empty() ? nullptr : padded_bias;
    int64_t i = 0;
    for (; i + kRows <= shape.rows; i += kRows) {
      block<kRows>({a.data + i * a.stride, a.stride}, panel.data(), shape.depth, order, added, range,
                   c + i * c_stride + j, c_stride, count);
    }
    for (; i < shape.rows; ++i) {
      block<1>({a.data + i * a.stride, a.stride}, panel.data(), shape.depth, order, added, range, c + i * c_stride + j,
               c_stride, count);
    }
  }
}

}  // namespace atl::kernels::products

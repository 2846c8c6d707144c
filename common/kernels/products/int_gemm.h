// The integer matrix product behind convolution and fully-connected layers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/graph/dtype.h"
#include "common/kernels/products/gemm_shape.h"

namespace atl::kernels::products {

// Rows of widened activations: `stride` elements apart, which is at least gemm_depth(depth). What follows the depth, up
// to gemm_depth(depth), may be anything.
struct WideRows {
  const int16_t* data;
  int64_t stride;
};
constexpr int64_t gemm_depth(int64_t depth) { return (depth + 1) / 2 * 2; }

// Rows of weights as bytes, int8 or uint8, `stride` apart.
struct WeightRows {
  const uint8_t* data;
  int64_t stride;
  bool is_signed;
  int32_t zero_point;  // subtracted from each; the difference lies in [-255, 255]
};

// Memory that a caller keeps from call to call.
struct GemmScratch {
  std::vector<int16_t> panel;
  std::vector<int32_t> partial;
};

// c[i * c_stride + j] = sum over k of a[i][k] * (b[j][k] - zero point). The first form wraps in 32 bits and wants
// elements of a in [-255, 255]; the second takes any of a and sums in 64 bits.
void gemm(const GemmShape& shape, WideRows a, WeightRows b, int32_t* c, int64_t c_stride, GemmScratch& scratch);
void gemm(const GemmShape& shape, WideRows a, WeightRows b, int64_t* c, int64_t c_stride, GemmScratch& scratch);

// to[i] = from[i] - zero_point; int16 values have no zero point.
void widen(const int8_t* from, int16_t* to, int64_t count, int32_t zero_point);
void widen(const uint8_t* from, int16_t* to, int64_t count, int32_t zero_point);
void widen(const int16_t* from, int16_t* to, int64_t count, int32_t zero_point);

}  // namespace atl::kernels::products

// The integer matrix product behind convolution and fully-connected layers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/graph/dtype.h"

namespace atl::kernels::products {

// Rows of widened activations: `stride` elements apart, which is at least gemm_depth(depth); what follows the depth is
// zero. Elements lie in [-255, 255].
struct WideRows {
  const int16_t* data;
  int64_t stride;
};
constexpr int64_t gemm_depth(int64_t depth) { return (depth + 1) / 2 * 2; }

// Rows of weights, one after another, as bytes: int8 or uint8.
struct WeightRows {
  const uint8_t* data;
  bool is_signed;
  int32_t zero_point;  // subtracted from each; the difference lies in [-255, 255]
};

struct GemmShape {
  int64_t rows, columns, depth;
};

// c[i * c_stride + j] = sum over k of a[i][k] * (b[j][k] - zero point), wrapping in 32 bits. `panel` is scratch memory
// that the caller keeps from call to call.
void gemm(const GemmShape& shape, WideRows a, WeightRows b, int32_t* c, int64_t c_stride, std::vector<int16_t>& panel);

// to[i] = from[i] - zero_point.
void widen(const int8_t* from, int16_t* to, int64_t count, int32_t zero_point);
void widen(const uint8_t* from, int16_t* to, int64_t count, int32_t zero_point);

}  // namespace atl::kernels::products

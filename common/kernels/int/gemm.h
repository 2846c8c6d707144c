// The integer matrix product behind convolution and fully-connected layers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace atl::kernels::integer {

// Rows are padded with zeros to a multiple of this many elements.
inline constexpr int64_t kGemmDepthStep = 16;
constexpr int64_t gemm_depth(int64_t depth) { return (depth + kGemmDepthStep - 1) / kGemmDepthStep * kGemmDepthStep; }

// c[i * c_stride + j] = sum over k of a[i * depth + k] * b[j * depth + k], wrapping in 32 bits;
// i < rows, j < columns, k < depth, which is a multiple of kGemmDepthStep. Elements lie in [-255, 255].
void gemm(const int16_t* a, const int16_t* b, int32_t* c, int64_t rows, int64_t columns, int64_t depth,
          int64_t c_stride);

// to[i] = from[i] - zero_point.
void widen(const int8_t* from, int16_t* to, int64_t count, int32_t zero_point);
void widen(const uint8_t* from, int16_t* to, int64_t count, int32_t zero_point);

}  // namespace atl::kernels::integer

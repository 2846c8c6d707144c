// The float32 matrix product behind convolution, fully-connected, recurrent and matrix operators.
//
// Every sum runs over the depth in the stated order; only different results are computed side by side. So a result
// depends on nothing but its operands and that order: not on the width of the machine's vectors.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/kernels/interface/float_range.h"
#include "common/kernels/interface/kernel.h"
#include "common/kernels/products/gemm_shape.h"

namespace atl::kernels::products {

// Rows of a matrix, `stride` elements apart.
struct RowsView {
  const float* data;
  int64_t stride;
};

// c[i * c_stride + j] = clamp(sum over k of a[i][k] * b[j][k] + bias[j]); an empty bias adds nothing. `panel` is
// scratch memory that the caller keeps from call to call.
void gemm(const GemmShape& shape, FloatSums order, RowsView a, RowsView b, std::span<const float> bias,
          FloatRange range, float* c, int64_t c_stride, std::vector<float>& panel);

}  // namespace atl::kernels::products

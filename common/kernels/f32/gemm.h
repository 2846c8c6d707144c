// The float32 matrix product behind convolution, fully-connected, recurrent and matrix operators.
//
// Every sum runs over the depth in order, one addition after another, as in the reference's plain loops; only different
// results are computed side by side. So a result depends on nothing but its operands: not on block sizes, not on the
// width of the machine's vectors.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/kernels/f32/float_range.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels::f32 {

// Rows of a matrix, `stride` elements apart.
struct RowsView {
  const float* data;
  int64_t stride;
};

struct GemmShape {
  int64_t rows, columns, depth;
};

// c[i * c_stride + j] = clamp(sum over k of a[i][k] * b[j][k] + bias[j]); an empty bias adds nothing. `panel` is
// scratch memory that the caller keeps from call to call.
void gemm(const GemmShape& shape, RowsView a, RowsView b, std::span<const float> bias, FloatRange range, float* c,
          int64_t c_stride, std::vector<float>& panel);

// The bias of a convolution or fully-connected operator: empty when it has none.
inline std::span<const float> bias_of(std::span<const ConstView> inputs) {
  return inputs.size() > 2 && inputs[2].present ? inputs[2].as<float>() : std::span<const float>();
}

}  // namespace atl::kernels::f32

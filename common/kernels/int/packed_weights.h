// Weights as the matrix product wants them: widened, zero point subtracted, rows padded with zeros.
#pragma once

#include <vector>

#include "common/kernels/int/gemm.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels::integer {

struct PackedWeights {
  int64_t rows = 0, depth = 0;  // depth as given
  std::vector<int16_t> values;  // rows * gemm_depth(depth)

  int64_t stride() const { return gemm_depth(depth); }
  const int16_t* row(int64_t i) const { return values.data() + i * stride(); }
};

// The elements' bytes are as in the model: rows * depth of int8, uint8 or int4 (two a byte, low nibble first).
PackedWeights pack_weights(graph::DType type, const uint8_t* bytes, int64_t rows, int64_t depth, int32_t zero_point);

}  // namespace atl::kernels::integer

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

// bytes: rows * depth elements of int8 or uint8.
inline PackedWeights pack_weights(graph::DType type, const uint8_t* bytes, int64_t rows, int64_t depth,
                                  int32_t zero_point) {
  PackedWeights packed{rows, depth, {}};
  packed.values.resize(static_cast<size_t>(rows * packed.stride()));
  for (int64_t i = 0; i < rows; ++i) {
    int16_t* to = packed.values.data() + i * packed.stride();
    if (type == graph::DType::kUint8) {
      widen(bytes + i * depth, to, depth, zero_point);
    } else {
      widen(reinterpret_cast<const int8_t*>(bytes) + i * depth, to, depth, zero_point);
    }
  }
  return packed;
}

}  // namespace atl::kernels::integer

// Float vectors as 8-bit integers with a scale of their own, found as the values come: what operators with float
// activations and integer weights multiply ("hybrid", "dynamic range").
//
// Formulas: LiteRT 2.3.0 on x86-64, which runs the 128-bit form of SymmetricQuantizeFloats and
// AsymmetricQuantizeFloats:
//   symmetric:   scale = max|x| / 127, q = clamp(round(x * (127 / max|x|)), -127, 127)
//   asymmetric:  lo = min(0, min x), hi = max(0, max x); scale = f32((hi - lo) / 255), the zero point from whichever
//   end
//                loses less; q = clamp(round(x * (1 / scale)) + zero point, -128, 127)
// where elements in whole groups of 8 are rounded by adding a half and truncating, in float32, and the rest half away
// from zero. A vector of zeros has scale 1.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/kernels/products/int_gemm.h"

namespace atl::kernels::products {

struct DynamicRows {
  int64_t rows = 0, depth = 0;
  std::vector<int16_t> values;  // q - zero point, in [-255, 255]; a row every stride() elements
  std::vector<float> scales;    // by row
  bool all_zero = true;         // the floats were

  int64_t stride() const { return gemm_depth(depth); }
};

void quantize_rows(const float* x, int64_t rows, int64_t depth, bool asymmetric, DynamicRows& to);

// Scales of weights: one, or one a channel.
struct WeightScales {
  std::span<const float> values;

  bool per_channel() const { return values.size() > 1; }
};

struct DynamicScratch {
  GemmScratch gemm;
  std::vector<int32_t> sums;
};

// out[i * stride + j] += float(sum over k of x[i][k] * w[j][k]) * (scale of x[i] * scale of w[j]); nothing when all of
// x is zero.
void accumulate(const DynamicRows& x, WeightRows weights, int64_t columns, WeightScales scales, float* out,
                int64_t stride, DynamicScratch& scratch);

}  // namespace atl::kernels::products

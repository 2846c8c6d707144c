// Eigen as this folder uses it.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>

#include "common/kernels/interface/fused_activation.h"

namespace atl::kernels::f32 {

using Index = Eigen::Index;
using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstRows = Eigen::Map<const RowMatrix>;
using Rows = Eigen::Map<RowMatrix>;
using ConstArray = Eigen::Map<const Eigen::ArrayXf>;
using Array = Eigen::Map<Eigen::ArrayXf>;

// The real interval of a fused activation, infinite where it doesn't clamp.
struct FloatRange {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

inline Result<FloatRange> float_range(const OpContext& context, graph::Activation activation) {
  ATOLL_ASSIGN(const numerics::ActivationBounds bounds, fused_bounds(context, activation));
  FloatRange range;
  if (bounds.low) range.low = *bounds.low;
  if (bounds.high) range.high = *bounds.high;
  return range;
}

inline void clamp(std::span<float> values, FloatRange range) {
  Array array(values.data(), static_cast<Index>(values.size()));
  array = array.max(range.low).min(range.high);
}

// Eigen splits a product into blocks that suit the machine's caches, which orders its sums; with fixed sizes the order,
// and so the result, does not depend on where it is computed.
inline void fix_blocking() { Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20); }

// out = a * b^T + bias in every row; bias may be empty. out: rows x columns, a: rows x depth, b: columns x depth.
void multiply_add_bias(ConstRows a, ConstRows b, std::span<const float> bias, Rows out);

// The bias of a convolution or fully-connected operator: empty when it has none.
inline std::span<const float> bias_of(std::span<const ConstView> inputs) {
  return inputs.size() > 2 && inputs[2].present ? inputs[2].as<float>() : std::span<const float>();
}

}  // namespace atl::kernels::f32

// Eigen as this folder uses it.
#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "common/kernels/interface/float_range.h"

namespace atl::kernels::f32 {

using Index = Eigen::Index;
using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstRows = Eigen::Map<const RowMatrix>;
using Rows = Eigen::Map<RowMatrix>;
using ConstArray = Eigen::Map<const Eigen::ArrayXf>;
using Array = Eigen::Map<Eigen::ArrayXf>;

// NaN passes.
inline void clamp(std::span<float> values, FloatRange range) {
  Array array(values.data(), static_cast<Index>(values.size()));
  array = (array < range.low).select(range.low, array);
  array = (array > range.high).select(range.high, array);
}

}  // namespace atl::kernels::f32

// Small integer operands that steer an operator (axes, paddings): constants as a rule, but not always.
#pragma once

#include <vector>

#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

// The elements of an int32 or int64 tensor.
inline std::vector<int64_t> read_indices(const ConstView& view) {
  std::vector<int64_t> values;
  if (view.type == graph::DType::kInt64) {
    for (const int64_t value : view.as<int64_t>()) values.push_back(value);
  } else {
    for (const int32_t value : view.as<int32_t>()) values.push_back(value);
  }
  return values;
}

}  // namespace atl::kernels

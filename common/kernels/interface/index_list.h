// Small integer operands that steer an operator (axes, paddings) or choose elements: constants as a rule, but not
// always.
#pragma once

#include <vector>

#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

// The elements of an int8, int16, int32 or int64 tensor.
inline std::vector<int64_t> read_indices(const ConstView& view) {
  const auto values = [&]<typename T>(T) {
    const std::span<const T> elements = view.as<T>();
    return std::vector<int64_t>(elements.begin(), elements.end());
  };
  switch (view.type) {
    case graph::DType::kInt8: return values(int8_t{});
    case graph::DType::kInt16: return values(int16_t{});
    case graph::DType::kInt64: return values(int64_t{});
    default: ATOLL_CHECK(view.type == graph::DType::kInt32, "indices of type {}", graph::dtype_name(view.type));
  }
  return values(int32_t{});
}

}  // namespace atl::kernels

// The types of plain numbers behind their run-time names, and arithmetic on them that wraps.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "common/base/check.h"
#include "common/graph/dtype.h"
#include "common/kernels/interface/number_types.h"

namespace atl::kernels::plain {

// Calls body(TypeTag<T>()); integers of 8 to 64 bits.
template <typename Body>
auto with_integer(graph::DType type, const Body& body) {
  switch (type) {
    case graph::DType::kInt8: return body(TypeTag<int8_t>());
    case graph::DType::kUint8: return body(TypeTag<uint8_t>());
    case graph::DType::kInt16: return body(TypeTag<int16_t>());
    case graph::DType::kUint16: return body(TypeTag<uint16_t>());
    case graph::DType::kInt32: return body(TypeTag<int32_t>());
    case graph::DType::kUint32: return body(TypeTag<uint32_t>());
    case graph::DType::kUint64: return body(TypeTag<uint64_t>());
    default: ATOLL_CHECK(type == graph::DType::kInt64, "{}", graph::dtype_name(type)); return body(TypeTag<int64_t>());
  }
}

// Towards zero; the one quotient that does not fit, of the smallest number by -1, wraps to itself. b is not 0.
template <typename T>
constexpr T wrapping_divide(T a, T b) {
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return wrapping_subtract(T{0}, a);
  }
  return static_cast<T>(a / b);
}

// The remainder of that division.
template <typename T>
constexpr T remainder(T a, T b) {
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return 0;
  }
  return static_cast<T>(a % b);
}

}  // namespace atl::kernels::plain

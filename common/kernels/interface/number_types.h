// The compile-time types behind the run-time names of numbers, and arithmetic that wraps where theirs would overflow.
#pragma once

#include <cstdint>
#include <type_traits>

#include "common/base/check.h"
#include "common/graph/dtype.h"

namespace atl::kernels {

// A type as an argument, for generic lambdas.
template <typename T>
struct TypeTag {
  using Type = T;
};

// Calls body(T()) with the type of the elements: float32 and the signed and unsigned integers; bool counts as uint8.
template <typename Body>
auto with_number_type(graph::DType type, const Body& body) {
  using graph::DType;
  switch (type) {
    case DType::kFloat32: return body(float{});
    case DType::kBool:
    case DType::kUint8: return body(uint8_t{});
    case DType::kInt8: return body(int8_t{});
    case DType::kInt16: return body(int16_t{});
    case DType::kInt64: return body(int64_t{});
    default: ATOLL_CHECK(type == DType::kInt32, "numbers of type {}", graph::dtype_name(type)); return body(int32_t{});
  }
}

template <typename T>
constexpr T wrapping_add(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  } else {
    return a + b;
  }
}

template <typename T>
constexpr T wrapping_subtract(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  } else {
    return a - b;
  }
}

template <typename T>
constexpr T wrapping_multiply(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  } else {
    return a * b;
  }
}

}  // namespace atl::kernels

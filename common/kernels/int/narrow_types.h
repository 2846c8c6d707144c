// Elements narrower than a byte: 4 or 2 bits, the first of a byte in its lowest bits.
#pragma once

#include <cstdint>
#include <span>

#include "common/graph/dtype.h"

namespace atl::kernels::integer {

struct NarrowType {
  int bits;  // 4 or 2
  bool is_signed;

  int32_t lowest() const { return is_signed ? -(1 << (bits - 1)) : 0; }
  int32_t highest() const { return lowest() + (1 << bits) - 1; }

  int32_t get(std::span<const uint8_t> bytes, size_t i) const {
    const size_t per_byte = static_cast<size_t>(8 / bits);
    const int32_t value = (bytes[i / per_byte] >> (static_cast<int>(i % per_byte) * bits)) & ((1 << bits) - 1);
    return value > highest() ? value - (1 << bits) : value;
  }
  // The element's bits must be 0 before.
  void put(std::span<uint8_t> bytes, size_t i, int32_t value) const {
    const size_t per_byte = static_cast<size_t>(8 / bits);
    const int32_t field = (value & ((1 << bits) - 1)) << (static_cast<int>(i % per_byte) * bits);
    bytes[i / per_byte] = static_cast<uint8_t>(bytes[i / per_byte] | field);
  }
};

// int4, uint4 or int2.
inline NarrowType narrow_type(graph::DType type) {
  return {type == graph::DType::kInt2 ? 2 : 4, type != graph::DType::kUint4};
}
inline bool is_narrow(graph::DType type) {
  return type == graph::DType::kInt4 || type == graph::DType::kUint4 || type == graph::DType::kInt2;
}

}  // namespace atl::kernels::integer

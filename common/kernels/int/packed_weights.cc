#include "common/kernels/int/packed_weights.h"

namespace atl::kernels::integer {
namespace {

std::vector<int8_t> unpack_nibbles(const uint8_t* bytes, int64_t count) {
  std::vector<int8_t> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) {
    const int nibble = i % 2 == 0 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4;
    values[i] = static_cast<int8_t>(nibble < 8 ? nibble : nibble - 16);
  }
  return values;
}

template <typename T>
void widen_rows(const T* elements, int32_t zero_point, PackedWeights& packed) {
  packed.values.resize(static_cast<size_t>(packed.rows * packed.stride()));
  for (int64_t i = 0; i < packed.rows; ++i) {
    widen(elements + i * packed.depth, packed.values.data() + i * packed.stride(), packed.depth, zero_point);
  }
}

}  // namespace

PackedWeights pack_weights(graph::DType type, const uint8_t* bytes, int64_t rows, int64_t depth, int32_t zero_point) {
  PackedWeights packed{rows, depth, {}};
  if (type == graph::DType::kUint8) {
    widen_rows(bytes, zero_point, packed);
  } else if (type == graph::DType::kInt4) {
    widen_rows(unpack_nibbles(bytes, rows * depth).data(), zero_point, packed);
  } else {
    ATOLL_CHECK(type == graph::DType::kInt8, "{}", graph::dtype_name(type));
    widen_rows(reinterpret_cast<const int8_t*>(bytes), zero_point, packed);
  }
  return packed;
}

}  // namespace atl::kernels::integer

#include "common/kernels/products/byte_weights.h"

namespace atl::kernels::products {
namespace {

// Signed nibbles as int8; of an odd number of elements, the last nibble is padding.
std::vector<uint8_t> unpack_nibbles(std::span<const uint8_t> bytes) {
  std::vector<uint8_t> values(2 * bytes.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const int nibble = i % 2 == 0 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4;
    values[i] = static_cast<uint8_t>(nibble < 8 ? nibble : nibble - 16);
  }
  return values;
}

}  // namespace

ByteWeights::ByteWeights(const OpContext& context, size_t i, int32_t zero_point)
    : type_(context.input(i).type), zero_point_(zero_point), constant_(context.input(i).is_constant()) {
  ATOLL_CHECK(type_ == graph::DType::kInt8 || type_ == graph::DType::kUint8 || type_ == graph::DType::kInt4, "{}",
              graph::dtype_name(type_));
}

WeightRows ByteWeights::rows(const ConstView& view, int64_t first, int64_t depth) {
  const uint8_t* data = view.bytes.data();
  if (type_ == graph::DType::kInt4) {
    if (unpacked_.empty() || !constant_) unpacked_ = unpack_nibbles(view.bytes);
    data = unpacked_.data();
  }
  return {data + first * depth, type_ != graph::DType::kUint8, zero_point_};
}

}  // namespace atl::kernels::products

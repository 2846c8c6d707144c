#include "common/kernels/products/byte_weights.h"

namespace atl::kernels::products {
namespace {

// Signed elements of 4 or 2 bits, the lowest first, as int8; the last byte may be padded.
std::vector<uint8_t> unpack(std::span<const uint8_t> bytes, int bits) {
  const size_t in_a_byte = static_cast<size_t>(8 / bits);
  const int sign = 1 << (bits - 1);
  std::vector<uint8_t> values(in_a_byte * bytes.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const int element = bytes[i / in_a_byte] >> (i % in_a_byte * static_cast<size_t>(bits)) & (2 * sign - 1);
    values[i] = static_cast<uint8_t>((element ^ sign) - sign);
  }
  return values;
}

}  // namespace

ByteWeights::ByteWeights(const OpContext& context, size_t i, int32_t zero_point)
    : type_(context.input(i).type), zero_point_(zero_point), constant_(context.input(i).is_constant()) {
  ATOLL_CHECK(type_ == graph::DType::kInt8 || type_ == graph::DType::kUint8 || graph::dtype_bits(type_) < 8, "{}",
              graph::dtype_name(type_));
}

WeightRows ByteWeights::rows(const ConstView& view, int64_t first, int64_t depth) {
  const uint8_t* data = view.bytes.data();
  if (const int bits = graph::dtype_bits(type_); bits < 8) {
    if (unpacked_.empty() || !constant_) unpacked_ = unpack(view.bytes, bits);
    data = unpacked_.data();
  }
  return {data + first * depth, depth, as_signed_ || type_ != graph::DType::kUint8, zero_point_};
}

}  // namespace atl::kernels::products

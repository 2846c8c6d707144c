#include "tools/values.h"

#include <cstring>

#include "common/base/check.h"
#include "common/numerics/half.h"

namespace atl::tools {
namespace {

template <typename T>
std::vector<double> values_of(const Bytes& bytes) {
  std::vector<double> result(bytes.size() / sizeof(T));
  for (size_t i = 0; i < result.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    result[i] = static_cast<double>(value);
  }
  return result;
}

std::vector<double> values_of_half(const Bytes& bytes) {
  std::vector<double> result(bytes.size() / 2);
  for (size_t i = 0; i < result.size(); ++i) {
    uint16_t bits;
    std::memcpy(&bits, bytes.data() + i * 2, 2);
    result[i] = static_cast<double>(numerics::half_to_float(bits));
  }
  return result;
}

}  // namespace

bool is_integer(arrays::ElementType type) {
  using enum arrays::ElementType;
  return type != kFloat16 && type != kFloat32 && type != kFloat64 && type != kBool;
}

std::vector<double> values(const arrays::Array& array) {
  using enum arrays::ElementType;
  switch (array.type) {
    case kFloat16: return values_of_half(array.bytes);
    case kFloat32: return values_of<float>(array.bytes);
    case kFloat64: return values_of<double>(array.bytes);
    case kInt8: return values_of<int8_t>(array.bytes);
    case kBool:
    case kUint8: return values_of<uint8_t>(array.bytes);
    case kInt16: return values_of<int16_t>(array.bytes);
    case kUint16: return values_of<uint16_t>(array.bytes);
    case kInt32: return values_of<int32_t>(array.bytes);
    case kUint32: return values_of<uint32_t>(array.bytes);
    case kInt64: return values_of<int64_t>(array.bytes);
    case kUint64: return values_of<uint64_t>(array.bytes);
  }
  ATOLL_CHECK(false, "element type {}", static_cast<int>(array.type));
}

}  // namespace atl::tools

#include "common/graph/op_view.h"

#include <cstring>

namespace atl::graph {
namespace {

template <typename T>
std::vector<int64_t> values_of(const std::vector<uint8_t>& bytes) {
  std::vector<int64_t> values(bytes.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = value;
  }
  return values;
}

}  // namespace

std::optional<std::vector<int64_t>> constant_integers(const Tensor& tensor) {
  if (!tensor.is_constant() || !tensor.plain) return std::nullopt;
  switch (tensor.type) {
    case DType::kInt8: return values_of<int8_t>(*tensor.data);
    case DType::kInt16: return values_of<int16_t>(*tensor.data);
    case DType::kInt32: return values_of<int32_t>(*tensor.data);
    case DType::kInt64: return values_of<int64_t>(*tensor.data);
    default: return std::nullopt;
  }
}

}  // namespace atl::graph

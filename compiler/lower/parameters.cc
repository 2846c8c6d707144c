#include "compiler/lower/parameters.h"

#include <cstring>

namespace atl::compiler {
namespace {
template <typename T>
void append(std::vector<uint8_t>& bytes, T value) {
  const size_t at = bytes.size();
  bytes.resize(at + sizeof value);
  std::memcpy(&bytes[at], &value, sizeof value);
}
}  // namespace

int32_t bias_of(const graph::Tensor* bias, int64_t channel) {
  if (bias == nullptr) return 0;
  int32_t value;
  ATOLL_CHECK(bias->is_constant() && bias->data->size() >= (static_cast<size_t>(channel) + 1) * sizeof value);
  std::memcpy(&value, bias->data->data() + channel * sizeof value, sizeof value);
  return value;
}

void append_fixed_parameters(std::vector<uint8_t>& bytes, int32_t bias, numerics::Multiplier multiplier) {
  append(bytes, bias);
  append(bytes, multiplier.value);
  append(bytes, static_cast<int32_t>(multiplier.exponent));
}

void append_wide_parameters(std::vector<uint8_t>& bytes, int32_t bias, double factor) {
  append(bytes, bias);
  append(bytes, factor);
}

}  // namespace atl::compiler

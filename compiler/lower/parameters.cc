#include "compiler/lower/parameters.h"

#include <cstring>

#include "compiler/lower/quantization.h"

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

std::vector<uint8_t> convolution_parameters(const graph::Tensor& input, const graph::Tensor& weights,
                                            const graph::Tensor* bias, const graph::Tensor& output, int64_t channels) {
  const float input_scale = quant_params(input).scale;
  const double output_scale = quant_params(output).scale;
  std::vector<uint8_t> bytes;
  for (int64_t c = 0; c < channels; ++c) {
    const float scale = weight_scale(weights, c);
    const double product = is_unsigned(input) ? static_cast<double>(input_scale * scale)
                                              : static_cast<double>(input_scale) * static_cast<double>(scale);
    append_fixed_parameters(bytes, bias_of(bias, c), numerics::quantize_multiplier(product / output_scale));
  }
  return bytes;
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

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

void append_bias(std::vector<uint8_t>& bytes, isa::RequantizeMode mode, int64_t bias) {
  if (isa::is_pair_mode(static_cast<uint8_t>(mode))) {
    append(bytes, bias);
  } else {
    append(bytes, static_cast<int32_t>(bias));
  }
}
}  // namespace

int64_t bias_of(const graph::Tensor* bias, int64_t channel) {
  if (bias == nullptr) return 0;
  const auto read = [&]<typename T>(T value) {
    ATOLL_CHECK(bias->is_constant() && bias->data->size() >= (static_cast<size_t>(channel) + 1) * sizeof value);
    std::memcpy(&value, bias->data->data() + static_cast<size_t>(channel) * sizeof value, sizeof value);
    return int64_t{value};
  };
  return bias->type == graph::DType::kInt64 ? read(int64_t{}) : read(int32_t{});
}

bool sums_have_32_bits(const graph::Tensor* bias, graph::DType bias_type) {
  if (bias_type == graph::DType::kInt32) return true;
  return bias_type == graph::DType::kFloat32 && bias != nullptr && bias->type == graph::DType::kInt32;
}

isa::RequantizeMode convolution_mode(const graph::Tensor& input, const graph::Tensor* bias, graph::DType bias_type) {
  if (!is_words(input)) return isa::RequantizeMode::kFixed;
  return sums_have_32_bits(bias, bias_type) ? isa::RequantizeMode::kFixedLowPair : isa::RequantizeMode::kLongPair;
}

std::vector<uint8_t> convolution_parameters(const graph::Tensor& input, const graph::Tensor& weights,
                                            const graph::Tensor* bias, const graph::Tensor& output, int64_t channels) {
  const float input_scale = quant_params(input).scale;
  const double output_scale = quant_params(output).scale;
  const auto mode = is_words(input) ? isa::RequantizeMode::kLongPair : isa::RequantizeMode::kFixed;
  std::vector<uint8_t> bytes;
  for (int64_t c = 0; c < channels; ++c) {
    const float scale = weight_scale(weights, c);
    const double product = is_unsigned(input) ? static_cast<double>(input_scale * scale)
                                              : static_cast<double>(input_scale) * static_cast<double>(scale);
    append_parameters(bytes, mode, bias_of(bias, c), numerics::quantize_multiplier(product / output_scale));
  }
  return bytes;
}

void append_parameters(std::vector<uint8_t>& bytes, isa::RequantizeMode mode, int64_t bias,
                       numerics::Multiplier multiplier) {
  append_bias(bytes, mode, bias);
  append(bytes, multiplier.value);
  append(bytes, static_cast<int32_t>(multiplier.exponent));
}

void append_parameters(std::vector<uint8_t>& bytes, isa::RequantizeMode mode, int64_t bias, double factor) {
  append_bias(bytes, mode, bias);
  append(bytes, factor);
}

}  // namespace atl::compiler

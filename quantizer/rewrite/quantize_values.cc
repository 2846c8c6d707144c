#include "quantizer/rewrite/quantize_values.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/base/check.h"

namespace atl::quantizer {
namespace {

// The scale of element i of a tensor whose scales run along an axis.
class ScaleOf {
 public:
  ScaleOf(const graph::Shape& shape, const graph::Quantization& quant) : scales_(quant.scale) {
    if (scales_.size() == 1) return;
    for (size_t i = static_cast<size_t>(quant.axis) + 1; i < shape.size(); ++i) inner_ *= static_cast<size_t>(shape[i]);
  }
  size_t channel(size_t i) const { return i / inner_ % scales_.size(); }

 private:
  const std::vector<float>& scales_;
  size_t inner_ = 1;
};

template <typename T, typename Round>
std::vector<uint8_t> each_as(std::span<const float> values, const Round& round) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    const T q = round(i, values[i]);
    std::memcpy(&bytes[i * sizeof(T)], &q, sizeof q);
  }
  return bytes;
}

std::vector<uint8_t> weights(std::span<const float> values, const ScaleOf& scale_of, const std::vector<float>& scales) {
  std::vector<float> inverse;
  for (float scale : scales) inverse.push_back(static_cast<float>(1.0 / double{scale}));
  return each_as<int8_t>(values, [&](size_t i, float x) {
    const float q = std::round(x * inverse[scale_of.channel(i)]);
    return static_cast<int8_t>(std::clamp(q, -127.0f, 127.0f));
  });
}

std::vector<uint8_t> biases(std::span<const float> values, const ScaleOf& scale_of, const std::vector<float>& scales) {
  return each_as<int32_t>(values, [&](size_t i, float x) {
    const double q = std::round(double{x} / double{scales[scale_of.channel(i)]});
    return static_cast<int32_t>(std::clamp(q, double{-INT32_MAX}, double{INT32_MAX}));
  });
}

std::vector<uint8_t> activations(std::span<const float> values, const graph::Quantization& quant) {
  return each_as<int8_t>(values, [&](size_t, float x) {
    const double q = std::round(double{x} / double{quant.scale[0]}) + static_cast<double>(quant.zero_point[0]);
    return static_cast<int8_t>(std::clamp(q, -128.0, 127.0));
  });
}

}  // namespace

graph::DType constant_type(ConstantForm form) {
  return form == ConstantForm::kBias ? graph::DType::kInt32 : graph::DType::kInt8;
}

std::vector<uint8_t> quantize_constant(std::span<const float> values, const graph::Shape& shape,
                                       const ConstantPlan& plan) {
  const ScaleOf scale_of(shape, plan.quant);
  switch (plan.form) {
    case ConstantForm::kWeights: return weights(values, scale_of, plan.quant.scale);
    case ConstantForm::kBias: return biases(values, scale_of, plan.quant.scale);
    case ConstantForm::kActivation: return activations(values, plan.quant);
  }
  ATOLL_CHECK(false, "form {}", static_cast<int>(plan.form));
}

std::vector<uint8_t> quantize_sample(std::span<const uint8_t> float_bytes, const graph::Tensor& tensor) {
  const auto low = static_cast<float>(graph::dtype_min(tensor.type));
  const auto high = static_cast<float>(graph::dtype_max(tensor.type));
  std::vector<uint8_t> bytes(float_bytes.size() / sizeof(float));
  for (size_t i = 0; i < bytes.size(); ++i) {
    float x;
    std::memcpy(&x, &float_bytes[i * sizeof(float)], sizeof x);
    const float q = std::round(x / tensor.quant.scale[0]) + static_cast<float>(tensor.quant.zero_point[0]);
    bytes[i] = static_cast<uint8_t>(static_cast<int32_t>(std::clamp(q, low, high)));
  }
  return bytes;
}

}  // namespace atl::quantizer

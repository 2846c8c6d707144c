#include "quantizer/rewrite/quantize_values.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "common/base/check.h"
#include "quantizer/plan/weight_scales.h"

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

template <typename T>
std::vector<uint8_t> weights(std::span<const float> values, const ScaleOf& scale_of, const std::vector<float>& scales) {
  std::vector<float> inverse;
  for (float scale : scales) inverse.push_back(static_cast<float>(1.0 / double{scale}));
  constexpr auto kLargest = static_cast<float>(std::numeric_limits<T>::max());
  return each_as<T>(values, [&](size_t i, float x) {
    const float q = std::round(x * inverse[scale_of.channel(i)]);
    return static_cast<T>(std::clamp(q, -kLargest, kLargest));
  });
}

template <typename T>
std::vector<uint8_t> biases(std::span<const float> values, const ScaleOf& scale_of, const std::vector<float>& scales,
                            double largest) {
  return each_as<T>(values, [&](size_t i, float x) {
    const double q = std::round(double{x} / double{scales[scale_of.channel(i)]});
    return static_cast<T>(std::clamp(q, -largest, largest));
  });
}

template <typename T>
std::vector<uint8_t> activations(std::span<const float> values, const graph::Quantization& quant, double low,
                                 double high) {
  return each_as<T>(values, [&](size_t, float x) {
    const double q = std::round(double{x} / double{quant.scale[0]}) + static_cast<double>(quant.zero_point[0]);
    return static_cast<T>(std::clamp(q, low, high));
  });
}

template <typename T>
std::vector<uint8_t> sample_as(std::span<const uint8_t> float_bytes, const graph::Quantization& quant) {
  std::vector<float> values(float_bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), float_bytes.data(), float_bytes.size());
  constexpr auto kLow = static_cast<float>(std::numeric_limits<T>::min());
  constexpr auto kHigh = static_cast<float>(std::numeric_limits<T>::max());
  return each_as<T>(values, [&](size_t, float x) {
    const float q = std::round(x / quant.scale[0]) + static_cast<float>(quant.zero_point[0]);
    return static_cast<T>(std::clamp(q, kLow, kHigh));
  });
}

}  // namespace

std::vector<uint8_t> quantize_constant(std::span<const float> values, const graph::Shape& shape,
                                       const ConstantPlan& plan) {
  const ScaleOf scale_of(shape, plan.quant);
  switch (plan.form) {
    case ConstantForm::kWeights:
      if (plan.type == graph::DType::kInt16) return weights<int16_t>(values, scale_of, plan.quant.scale);
      return weights<int8_t>(values, scale_of, plan.quant.scale);
    case ConstantForm::kBias:
      if (plan.type == graph::DType::kInt64) {
        return biases<int64_t>(values, scale_of, plan.quant.scale, kLargestWideBias);
      }
      return biases<int32_t>(values, scale_of, plan.quant.scale, INT32_MAX);
    case ConstantForm::kActivation:
      if (plan.type == graph::DType::kInt16) return activations<int16_t>(values, plan.quant, -32767, 32767);
      return activations<int8_t>(values, plan.quant, -128, 127);
  }
  ATOLL_CHECK(false, "form {}", static_cast<int>(plan.form));
}

std::vector<uint8_t> quantize_sample(std::span<const uint8_t> float_bytes, const graph::Tensor& tensor) {
  switch (tensor.type) {
    case graph::DType::kInt8: return sample_as<int8_t>(float_bytes, tensor.quant);
    case graph::DType::kUint8: return sample_as<uint8_t>(float_bytes, tensor.quant);
    case graph::DType::kInt16: return sample_as<int16_t>(float_bytes, tensor.quant);
    default: ATOLL_CHECK(false, "an input of type {}", dtype_name(tensor.type));
  }
}

}  // namespace atl::quantizer

#include "quantizer/report/real_values.h"

#include <cstring>
#include <limits>

#include "common/base/check.h"
#include "common/numerics/half.h"

namespace atl::quantizer {
namespace {

using graph::DType;

template <typename T>
void convert(const graph::Tensor& tensor, std::span<const uint8_t> bytes, std::vector<float>& values) {
  const std::vector<float>& scales = tensor.quant.scale;
  const std::vector<int64_t>& zero_points = tensor.quant.zero_point;
  size_t inner = 1;  // elements between one channel and the next
  if (scales.size() > 1) {
    for (size_t i = static_cast<size_t>(tensor.quant.axis) + 1; i < tensor.shape.size(); ++i) {
      inner *= static_cast<size_t>(tensor.shape[i]);
    }
  }
  const size_t count = bytes.size() / sizeof(T);
  values.resize(count);
  for (size_t i = 0; i < count; ++i) {
    T q;
    std::memcpy(&q, &bytes[i * sizeof(T)], sizeof q);
    const size_t c = scales.size() > 1 ? i / inner % scales.size() : 0;
    const double zero = c < zero_points.size() ? static_cast<double>(zero_points[c]) : 0;
    values[i] = static_cast<float>(double{scales[c]} * (static_cast<double>(q) - zero));
  }
}

void widen(std::span<const uint8_t> bytes, std::vector<float>& values) {
  values.resize(bytes.size() / sizeof(uint16_t));
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t half;
    std::memcpy(&half, &bytes[i * sizeof half], sizeof half);
    values[i] = numerics::half_to_float(half);
  }
}

template <typename T>
ErrorStatistics::Bounds bounds_as(const graph::Quantization& quant) {
  const double step = quant.scale[0];
  const double zero = quant.zero_point.empty() ? 0 : static_cast<double>(quant.zero_point[0]);
  return {step * (std::numeric_limits<T>::min() - zero), step * (std::numeric_limits<T>::max() - zero), step};
}

}  // namespace

bool has_real_values(const graph::Tensor& tensor) {
  switch (tensor.type) {
    case DType::kFloat32:
    case DType::kFloat16: return true;
    case DType::kInt8:
    case DType::kUint8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kInt64: return tensor.quant.present();
    default: return false;
  }
}

void real_values(const graph::Tensor& tensor, std::span<const uint8_t> bytes, std::vector<float>& values) {
  switch (tensor.type) {
    case DType::kFloat32:
      values.resize(bytes.size() / sizeof(float));
      if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
      return;
    case DType::kFloat16: return widen(bytes, values);
    case DType::kInt8: return convert<int8_t>(tensor, bytes, values);
    case DType::kUint8: return convert<uint8_t>(tensor, bytes, values);
    case DType::kInt16: return convert<int16_t>(tensor, bytes, values);
    case DType::kInt32: return convert<int32_t>(tensor, bytes, values);
    case DType::kInt64: return convert<int64_t>(tensor, bytes, values);
    default: ATOLL_CHECK(false, "{} has no real values", tensor.name);
  }
}

ErrorStatistics::Bounds bounds_of(const graph::Tensor& tensor) {
  if (tensor.quant.scale.size() != 1) return {};
  switch (tensor.type) {
    case DType::kInt8: return bounds_as<int8_t>(tensor.quant);
    case DType::kUint8: return bounds_as<uint8_t>(tensor.quant);
    case DType::kInt16: return bounds_as<int16_t>(tensor.quant);
    default: return {};
  }
}

}  // namespace atl::quantizer

#include "quantizer/observe/fed_values.h"

#include <cstring>

#include "common/numerics/half.h"

namespace atl::quantizer {
namespace {

using arrays::ElementType;

template <typename T>
double as_double(T value) {
  return static_cast<double>(value);
}

// Elements of stored type T as float32: value * scale + offset.
template <typename T, typename Widen>
Bytes convert(std::span<const uint8_t> from, double scale, double offset, const Widen& widen) {
  const size_t count = from.size() / sizeof(T);
  Bytes to(count * sizeof(float));
  for (size_t i = 0; i < count; ++i) {
    T stored;
    std::memcpy(&stored, &from[i * sizeof(T)], sizeof stored);
    const auto value = static_cast<float>(widen(stored) * scale + offset);
    std::memcpy(&to[i * sizeof(float)], &value, sizeof value);
  }
  return to;
}

Bytes to_float(ElementType type, std::span<const uint8_t> from, double scale, double offset) {
  const auto half = [](uint16_t bits) { return static_cast<double>(numerics::half_to_float(bits)); };
  switch (type) {
    case ElementType::kFloat16: return convert<uint16_t>(from, scale, offset, half);
    case ElementType::kFloat32: return convert<float>(from, scale, offset, as_double<float>);
    case ElementType::kFloat64: return convert<double>(from, scale, offset, as_double<double>);
    case ElementType::kInt8: return convert<int8_t>(from, scale, offset, as_double<int8_t>);
    case ElementType::kUint8: return convert<uint8_t>(from, scale, offset, as_double<uint8_t>);
    case ElementType::kInt16: return convert<int16_t>(from, scale, offset, as_double<int16_t>);
    case ElementType::kUint16: return convert<uint16_t>(from, scale, offset, as_double<uint16_t>);
    case ElementType::kInt32: return convert<int32_t>(from, scale, offset, as_double<int32_t>);
    case ElementType::kUint32: return convert<uint32_t>(from, scale, offset, as_double<uint32_t>);
    case ElementType::kInt64: return convert<int64_t>(from, scale, offset, as_double<int64_t>);
    case ElementType::kUint64: return convert<uint64_t>(from, scale, offset, as_double<uint64_t>);
    case ElementType::kBool: return convert<uint8_t>(from, scale, offset, as_double<uint8_t>);
  }
  return {};
}

}  // namespace

std::vector<bool> float_inputs(const graph::Subgraph& subgraph) {
  std::vector<bool> result;
  for (const int32_t input : subgraph.inputs) {
    result.push_back(subgraph.tensors[static_cast<size_t>(input)].type == graph::DType::kFloat32);
  }
  return result;
}

Status check_fed_types(const graph::Subgraph& subgraph, const std::vector<ElementType>& types,
                       const SampleOptions& options) {
  const std::vector<bool> is_float = float_inputs(subgraph);
  ErrorCollector errors;
  for (size_t i = 0; i < subgraph.inputs.size(); ++i) {
    if (!is_float[i] || options.converts() || types[i] == ElementType::kFloat32) continue;
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(subgraph.inputs[i])];
    errors.add(
        make_error(ErrorCode::kInvalid,
                   "representative data: input {} {}: the array is {}, and the model takes float32; say what its "
                   "values stand for with --data-scale and --data-offset (stored value * scale + offset is fed)",
                   i, graph::quoted(tensor.name), arrays::element_name(types[i])));
  }
  return std::move(errors).status();
}

Bytes fed_bytes(ElementType type, bool is_float, std::span<const uint8_t> stored, const SampleOptions& options) {
  if (!is_float || !options.converts()) return {stored.begin(), stored.end()};
  return to_float(type, stored, options.scale.value_or(1), options.offset.value_or(0));
}

std::vector<std::string> sample_warnings(int64_t num_samples, const SampleOptions& options) {
  if (!options.max_samples || *options.max_samples <= num_samples) return {};
  return {
      fmt::format("{} samples were asked for, and the representative data has {}", *options.max_samples, num_samples)};
}

}  // namespace atl::quantizer

#include "quantizer/observe/array_samples.h"

#include <algorithm>
#include <cstring>
#include <utility>

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

Status NoData::open(const graph::Subgraph&) {
  return make_error(ErrorCode::kUsage,
                    "there is no representative data, which the ranges of activations are learnt from: give typical "
                    "inputs with --data, a hundred or so");
}

Status ArraySamples::open(const graph::Subgraph& subgraph) {
  if (arrays_.empty()) return make_error(ErrorCode::kInvalid, "the representative data holds no array");
  const kernels::BindOptions bind{.allow_missing_batch = true, .raw_float_inputs = true};
  Result<kernels::BoundInputs> bound = kernels::bind_inputs(subgraph, std::move(arrays_), bind);
  if (!bound.ok()) return std::move(bound).error().with_place("representative data");
  bound_ = std::move(bound).value();
  num_samples_ = bound_->invocations();
  if (options_.max_samples) num_samples_ = std::min(num_samples_, *options_.max_samples);
  return check_types(subgraph);
}

Status ArraySamples::check_types(const graph::Subgraph& subgraph) {
  ErrorCollector errors;
  for (size_t i = 0; i < subgraph.inputs.size(); ++i) {
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(subgraph.inputs[i])];
    is_float_.push_back(tensor.type == graph::DType::kFloat32);
    if (!is_float_[i] || converts() || bound_->type(i) == ElementType::kFloat32) continue;
    errors.add(
        make_error(ErrorCode::kInvalid,
                   "representative data: input {} {}: the array is {}, and the model takes float32; say what its "
                   "values stand for with --data-scale and --data-offset (stored value * scale + offset is fed)",
                   i, graph::quoted(tensor.name), arrays::element_name(bound_->type(i))));
  }
  return std::move(errors).status();
}

Bytes ArraySamples::values(size_t position, int64_t sample) const {
  const std::span<const uint8_t> stored = bound_->bytes(position, sample);
  if (!is_float_[position] || !converts()) return {stored.begin(), stored.end()};
  return to_float(bound_->type(position), stored, options_.scale.value_or(1), options_.offset.value_or(0));
}

Status ArraySamples::next(std::vector<Bytes>& inputs) {
  inputs.clear();
  for (size_t i = 0; i < is_float_.size(); ++i) inputs.push_back(values(i, next_));
  ++next_;
  return {};
}

std::vector<std::string> ArraySamples::warnings() const {
  if (!options_.max_samples || *options_.max_samples <= num_samples_) return {};
  return {fmt::format("{} samples were asked for, and the representative data has {}", *options_.max_samples,
                      num_samples_)};
}

}  // namespace atl::quantizer

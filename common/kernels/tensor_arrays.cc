#include "common/kernels/tensor_arrays.h"

#include <algorithm>

#include "common/base/check.h"

namespace atl::kernels {

std::optional<arrays::ElementType> element_type(graph::DType type) {
  using arrays::ElementType;
  using graph::DType;
  switch (type) {
    case DType::kFloat16: return ElementType::kFloat16;
    case DType::kFloat32: return ElementType::kFloat32;
    case DType::kFloat64: return ElementType::kFloat64;
    case DType::kInt8: return ElementType::kInt8;
    case DType::kUint8: return ElementType::kUint8;
    case DType::kInt16: return ElementType::kInt16;
    case DType::kUint16: return ElementType::kUint16;
    case DType::kInt32: return ElementType::kInt32;
    case DType::kUint32: return ElementType::kUint32;
    case DType::kInt64: return ElementType::kInt64;
    case DType::kUint64: return ElementType::kUint64;
    case DType::kBool: return ElementType::kBool;
    default: return std::nullopt;
  }
}

std::string array_name(const graph::Subgraph& subgraph, size_t tensor) {
  const std::string& name = subgraph.tensors[tensor].name;
  const auto same = [&](const graph::Tensor& other) { return other.name == name; };
  const bool repeated = std::count_if(subgraph.tensors.begin(), subgraph.tensors.end(), same) > 1;
  return name.empty() || repeated ? fmt::format("{}#{}", name, tensor) : name;
}

Result<ArrayCollector> ArrayCollector::create(const graph::Subgraph& subgraph, const std::vector<size_t>& tensors,
                                              bool leading_axis) {
  ArrayCollector collector;
  collector.leading_axis_ = leading_axis;
  for (auto at = tensors.begin(); at != tensors.end(); ++at) {
    const size_t index = *at;
    if (std::find(tensors.begin(), at, index) != at) {
      collector.array_of_.push_back(std::nullopt);
      continue;
    }
    const graph::Tensor& tensor = subgraph.tensors[index];
    const auto type = element_type(tensor.type);
    if (!type) {
      return make_error(ErrorCode::kUnsupported, "{} is {}, which can't be stored as an array",
                        graph::tensor_label(subgraph, index), graph::dtype_name(tensor.type));
    }
    arrays::Array array{*type, {}, {}};
    if (leading_axis) array.shape.push_back(0);
    array.shape.insert(array.shape.end(), tensor.shape.begin(), tensor.shape.end());
    collector.array_of_.push_back(collector.arrays_.size());
    collector.tensors_.push_back(tensor);
    collector.arrays_.emplace_back(array_name(subgraph, index), std::move(array));
  }
  return collector;
}

Status ArrayCollector::append(size_t k, const ConstView& view) {
  if (!array_of_.at(k)) return {};
  arrays::Array& array = arrays_[*array_of_[k]].second;
  std::vector<int64_t> shape(view.shape.begin(), view.shape.end());
  if (leading_axis_) shape.insert(shape.begin(), array.shape[0]);
  if (array.bytes.empty()) array.shape = shape;
  if (array.shape != shape) {
    return make_error(
        ErrorCode::kUnsupported,
        "tensor {} has shape {} in one invocation and {} in another, which no array can hold; run them one "
        "by one",
        graph::quoted(tensors_[*array_of_[k]].name), fmt::join(array.shape, "x"), fmt::join(shape, "x"));
  }
  ATOLL_CHECK(leading_axis_ || array.bytes.empty(), "a second invocation without an axis for it");
  array.bytes.insert(array.bytes.end(), view.bytes.begin(), view.bytes.end());
  if (leading_axis_) ++array.shape[0];
  return {};
}

arrays::NamedArrays ArrayCollector::take() && {
  for (const auto& [name, array] : arrays_) {
    const auto expected = array.num_elements() * static_cast<int64_t>(arrays::element_bytes(array.type));
    ATOLL_CHECK(static_cast<int64_t>(array.bytes.size()) == expected, "array {}", name);
  }
  return std::move(arrays_);
}

}  // namespace atl::kernels

#include "tools/reference_tensors.h"

#include <charconv>
#include <optional>

#include "common/kernels/tensor_arrays.h"
#include "tools/live_reference.h"

namespace atl::tools {
namespace {

std::optional<size_t> number(std::string_view text) {
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<size_t> tensor_named(const graph::Subgraph& subgraph, const std::string& name) {
  for (size_t i = 0; i < subgraph.tensors.size(); ++i) {
    if (kernels::array_name(subgraph, i) == name) return i;
  }
  if (const auto position = number(name); position && *position < subgraph.outputs.size()) {
    return static_cast<size_t>(subgraph.outputs[*position]);
  }
  if (!name.starts_with('t')) return std::nullopt;
  const auto index = number(std::string_view(name).substr(1));
  return index && *index < subgraph.tensors.size() ? index : std::nullopt;
}

Status check_array(const graph::Tensor& tensor, const std::string& name, const arrays::Array& array,
                   int64_t invocations) {
  if (kernels::element_type(tensor.type) != array.type) {
    return make_error(ErrorCode::kInvalid, "array {} is {}, but its tensor {}", graph::quoted(name),
                      arrays::element_name(array.type), graph::dtype_name(tensor.type));
  }
  if (tensor.open_shape) {  // any shape, in every invocation the same
    if (invocations == 1 || (!array.shape.empty() && array.shape[0] == invocations)) return {};
    return make_error(ErrorCode::kInvalid, "array {} has shape {}, and there are {} invocations", graph::quoted(name),
                      fmt::format("{}", fmt::join(array.shape, "x")), invocations);
  }
  std::vector<int64_t> shape(tensor.shape.begin(), tensor.shape.end());
  if (invocations == 1 && array.shape == shape) return {};
  shape.insert(shape.begin(), invocations);
  if (array.shape == shape) return {};
  return make_error(ErrorCode::kInvalid, "array {} has shape {}, but {} invocations of its tensor need {}",
                    graph::quoted(name), fmt::format("{}", fmt::join(array.shape, "x")), invocations,
                    fmt::format("{}", fmt::join(shape, "x")));
}

// All invocations of all inputs, by position.
Result<arrays::NamedArrays> input_arrays(const graph::Subgraph& subgraph, const CheckedInvocations& checked) {
  arrays::NamedArrays arrays;
  for (size_t position = 0; position < subgraph.inputs.size(); ++position) {
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(subgraph.inputs[position])];
    const auto type = kernels::element_type(tensor.type);
    if (!type) {
      return make_error(ErrorCode::kUnsupported, "--live: input {} is {}, which no array can hold", position,
                        graph::dtype_name(tensor.type));
    }
    arrays::Array array{*type, {static_cast<int64_t>(checked.size())}, {}};
    array.shape.insert(array.shape.end(), tensor.shape.begin(), tensor.shape.end());
    arrays.emplace_back(std::to_string(position), std::move(array));
  }
  for (size_t i = 0; i < checked.size(); ++i) {
    ATOLL_ASSIGN(const CheckedInvocation one, checked.at(i));
    for (size_t position = 0; position < one.inputs.size(); ++position) {
      Bytes& all = arrays[position].second.bytes;
      all.insert(all.end(), one.inputs[position].begin(), one.inputs[position].end());
    }
  }
  return arrays;
}

}  // namespace

Result<ReferenceTensors> ReferenceTensors::create(const graph::Subgraph& subgraph, arrays::NamedArrays arrays,
                                                  int64_t invocations, const std::string& place) {
  ReferenceTensors result;
  result.invocations_ = invocations;
  ErrorCollector errors;
  for (auto& [name, array] : arrays) {
    const std::optional<size_t> tensor = tensor_named(subgraph, name);
    if (tensor) {
      errors.add(check_array(subgraph.tensors[*tensor], name, array, invocations));
      result.arrays_.insert_or_assign(*tensor, std::move(array));
    } else if (name == "runtime") {
      result.runtime_.assign(array.bytes.begin(), array.bytes.end());
    } else {
      errors.add(make_error(ErrorCode::kInvalid, "array {} names no tensor of the model", graph::quoted(name)));
    }
  }
  if (result.arrays_.empty())
    errors.add(make_error(ErrorCode::kInvalid, "there is no array of a tensor to compare with"));
  Status status = std::move(errors).status();
  if (!status.ok()) return std::move(status).error().with_place(place);
  return result;
}

Result<ReferenceTensors> ReferenceTensors::load(const graph::Subgraph& subgraph, const std::string& path,
                                                int64_t invocations) {
  ATOLL_ASSIGN(arrays::NamedArrays arrays, arrays::read_arrays(path));
  return create(subgraph, std::move(arrays), invocations, path);
}

Result<ReferenceTensors> ReferenceTensors::live(const graph::Subgraph& subgraph, std::span<const uint8_t> model,
                                                const CheckedInvocations& checked) {
  ATOLL_ASSIGN(const arrays::NamedArrays inputs, input_arrays(subgraph, checked));
  ATOLL_ASSIGN(arrays::NamedArrays arrays, run_live_reference(model, inputs));
  return create(subgraph, std::move(arrays), static_cast<int64_t>(checked.size()), "--live");
}

std::span<const uint8_t> ReferenceTensors::bytes(size_t tensor, int64_t invocation) const {
  const std::span<const uint8_t> all = arrays_.at(tensor).bytes;
  const size_t each = all.size() / static_cast<size_t>(invocations_);
  return all.subspan(static_cast<size_t>(invocation) * each, each);
}

}  // namespace atl::tools

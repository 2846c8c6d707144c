#include "common/kernels/bind_inputs.h"

#include <cmath>
#include <cstring>
#include <optional>

#include "common/kernels/tensor_arrays.h"
#include "common/numerics/half.h"

namespace atl::kernels {
namespace {

using arrays::Array;
using arrays::ElementType;

// How an array's axes relate to those of an input.
struct Fit {
  int64_t invocations;
  bool leading_axis;
};

class Binder {
 public:
  Binder(const graph::Subgraph& subgraph, const BindOptions& options) : subgraph_(subgraph), options_(options) {}

  const graph::Tensor& tensor(size_t position) const { return subgraph_.tensors[index(position)]; }
  std::string label(size_t position) const {
    return fmt::format("input {} {}", position, graph::quoted(tensor(position).name));
  }

  // "input 0 'image' (float32 1x28x28), ..."
  std::string all_inputs() const {
    std::vector<std::string> texts;
    for (size_t i = 0; i < subgraph_.inputs.size(); ++i) {
      texts.push_back(
          fmt::format("{} ({} {})", label(i), graph::dtype_name(tensor(i).type), graph::shape_text(tensor(i).shape)));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
  }

  std::optional<size_t> position_of(const std::string& name) const {
    std::optional<size_t> plain;
    size_t plain_count = 0;
    for (size_t i = 0; i < subgraph_.inputs.size(); ++i) {
      if (array_name(subgraph_, index(i)) == name) return i;
      if (tensor(i).name == name) plain = i, ++plain_count;
    }
    if (plain_count == 1) return plain;
    for (size_t i = 0; i < subgraph_.inputs.size(); ++i) {
      if (name == std::to_string(i)) return i;
    }
    return std::nullopt;
  }

  Status check_type(size_t position, const ArrayForm& array) const {
    if (is_raw(position)) return {};
    const auto wanted = element_type(tensor(position).type);
    if (wanted == array.type) return {};
    if (!wanted) {
      return make_error(ErrorCode::kInvalid, "{} is {}, which no array can hold", label(position),
                        graph::dtype_name(tensor(position).type));
    }
    return make_error(ErrorCode::kInvalid, "{}: the array is {}, and the model takes {}; convert it", label(position),
                      arrays::element_name(array.type), arrays::element_name(*wanted));
  }

  Result<Fit> fit(size_t position, const ArrayForm& array) const {
    const graph::Shape& shape = tensor(position).shape;
    const std::vector<int64_t> wanted(shape.begin(), shape.end());
    if (array.shape == wanted) return Fit{1, false};
    const bool one_more = !array.shape.empty() && std::vector(array.shape.begin() + 1, array.shape.end()) == wanted;
    const bool same_rank = options_.allow_missing_batch && !wanted.empty() && wanted[0] == 1 &&
                           array.shape.size() == wanted.size() &&
                           std::equal(wanted.begin() + 1, wanted.end(), array.shape.begin() + 1);
    if (!one_more && !same_rank) {
      return make_error(
          ErrorCode::kInvalid,
          "{}: the array has shape {}, and the model takes {}, or one more axis in front for many invocations",
          label(position), array.shape.empty() ? "scalar" : fmt::format("{}", fmt::join(array.shape, "x")),
          graph::shape_text(shape));
    }
    if (array.shape[0] == 0) return make_error(ErrorCode::kInvalid, "{}: the array is empty", label(position));
    return Fit{array.shape[0], true};
  }

  Status check_values(size_t position, const Array& array) const {
    if (is_raw(position)) return {};
    const auto nan = first_nan(array);
    if (!nan) return {};
    return make_error(ErrorCode::kInvalid, "{}: element {} of the array is NaN", label(position), *nan);
  }

 private:
  bool is_raw(size_t position) const {
    return options_.raw_float_inputs && tensor(position).type == graph::DType::kFloat32;
  }
  size_t index(size_t position) const { return static_cast<size_t>(subgraph_.inputs[position]); }

  template <typename T, typename IsNan>
  static std::optional<size_t> find_nan(const Array& array, const IsNan& is_nan) {
    for (size_t i = 0; i * sizeof(T) < array.bytes.size(); ++i) {
      T value;
      std::memcpy(&value, &array.bytes[i * sizeof(T)], sizeof value);
      if (is_nan(value)) return i;
    }
    return std::nullopt;
  }
  static std::optional<size_t> first_nan(const Array& array) {
    switch (array.type) {
      case ElementType::kFloat16:
        return find_nan<uint16_t>(array, [](uint16_t x) { return std::isnan(numerics::half_to_float(x)); });
      case ElementType::kFloat32: return find_nan<float>(array, [](float x) { return std::isnan(x); });
      case ElementType::kFloat64: return find_nan<double>(array, [](double x) { return std::isnan(x); });
      default: return std::nullopt;
    }
  }

  const graph::Subgraph& subgraph_;
  const BindOptions& options_;
};

// The index of each input's array; problems with names go to `errors`.
std::vector<std::optional<size_t>> match_names(const Binder& binder, size_t num_inputs,
                                               const std::vector<ArrayForm>& arrays, ErrorCollector& errors) {
  std::vector<std::optional<size_t>> matched(num_inputs);
  for (size_t a = 0; a < arrays.size(); ++a) {
    const auto position = binder.position_of(arrays[a].name);
    if (!position) {
      errors.add(make_error(ErrorCode::kInvalid, "array {} names no input; the model has {}",
                            graph::quoted(arrays[a].name), binder.all_inputs()));
    } else if (matched[*position]) {
      errors.add(make_error(ErrorCode::kInvalid, "array {} is a second one for {}", graph::quoted(arrays[a].name),
                            binder.label(*position)));
    } else {
      matched[*position] = a;
    }
  }
  for (size_t i = 0; i < num_inputs; ++i) {
    if (!matched[i]) errors.add(make_error(ErrorCode::kInvalid, "there is no array for {}", binder.label(i)));
  }
  return matched;
}

// `check_values(position, index of its array)` looks at elements.
template <typename CheckValues>
Result<InputMatch> match(const Binder& binder, size_t num_inputs, const std::vector<ArrayForm>& arrays,
                         const CheckValues& check_values) {
  ErrorCollector errors;
  const std::vector<std::optional<size_t>> matched = match_names(binder, num_inputs, arrays, errors);
  InputMatch result;
  std::optional<Fit> common;
  for (size_t i = 0; i < matched.size(); ++i) {
    if (!matched[i]) continue;
    errors.add(binder.check_type(i, arrays[*matched[i]]));
    errors.add(check_values(i, *matched[i]));
    const Result<Fit> fit = binder.fit(i, arrays[*matched[i]]);
    if (!fit.ok()) {
      errors.add(fit.error());
    } else if (common && (common->invocations != fit->invocations || common->leading_axis != fit->leading_axis)) {
      errors.add(make_error(ErrorCode::kInvalid, "{} has {} invocations, an input before it {}; all must have as many",
                            binder.label(i), fit->invocations, common->invocations));
    } else {
      common = *fit;
    }
    result.array_of.push_back(*matched[i]);
  }
  ATOLL_TRY(std::move(errors).status());
  if (common) result.invocations = common->invocations, result.leading_axis = common->leading_axis;
  return result;
}

}  // namespace

std::optional<size_t> input_position(const graph::Subgraph& subgraph, const std::string& name) {
  const BindOptions options;
  return Binder(subgraph, options).position_of(name);
}

Result<InputMatch> match_inputs(const graph::Subgraph& subgraph, const std::vector<ArrayForm>& arrays,
                                const BindOptions& options) {
  return match(Binder(subgraph, options), subgraph.inputs.size(), arrays, [](size_t, size_t) { return Status(); });
}

Result<BoundInputs> bind_inputs(const graph::Subgraph& subgraph, arrays::NamedArrays arrays,
                                const BindOptions& options) {
  const Binder binder(subgraph, options);
  std::vector<ArrayForm> forms;
  for (const auto& [name, array] : arrays) forms.push_back({name, array.type, array.shape});
  const auto check_values = [&](size_t position, size_t a) { return binder.check_values(position, arrays[a].second); };
  ATOLL_ASSIGN(const InputMatch found, match(binder, subgraph.inputs.size(), forms, check_values));
  BoundInputs bound;
  for (const size_t a : found.array_of) bound.arrays_.push_back(std::move(arrays[a].second));
  bound.invocations_ = found.invocations, bound.leading_axis_ = found.leading_axis;
  return bound;
}

}  // namespace atl::kernels

#include "tools/output_summary.h"

#include <algorithm>
#include <numeric>

#include "common/kernels/tensor_arrays.h"
#include "tools/model_file.h"
#include "tools/values.h"

namespace atl::tools {
namespace {

constexpr size_t kTop = 5;               // values shown of an invocation
constexpr int64_t kMaxInvocations = 10;  // shown in text

struct Value {
  size_t index;
  double stored, real;
};

double real_value(double stored, const graph::Tensor& tensor, arrays::ElementType type) {
  const graph::Quantization& quant = tensor.quant;
  if (!is_integer(type) || quant.scale.size() != 1) return stored;
  const int64_t zero_point = quant.zero_point.empty() ? 0 : quant.zero_point.front();
  return (stored - static_cast<double>(zero_point)) * static_cast<double>(quant.scale.front());
}

// The largest values first; of equal ones the first.
std::vector<Value> top_values(const std::vector<double>& all, size_t first, size_t count, const graph::Tensor& tensor,
                              arrays::ElementType type) {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  const size_t shown = std::min(kTop, count);
  std::partial_sort(order.begin(), order.begin() + static_cast<int64_t>(shown), order.end(), [&](size_t a, size_t b) {
    const double x = all[first + a], y = all[first + b];
    return x != y ? x > y : a < b;
  });
  std::vector<Value> top;
  for (size_t i = 0; i < shown; ++i) {
    const double stored = all[first + order[i]];
    top.push_back({order[i], stored, real_value(stored, tensor, type)});
  }
  return top;
}

std::string value_text(const Value& value) {
  if (value.stored == value.real) return fmt::format("[{}] {:.6g}", value.index, value.real);
  return fmt::format("[{}] {:.6g} ({:g})", value.index, value.real, value.stored);
}

std::string top_text(const std::vector<Value>& top) {
  std::string text;
  for (const Value& value : top) text += (text.empty() ? "" : ", ") + value_text(value);
  return text;
}

// Calls use(tensor, name, array) for every output; the tensor is of the shape that it has in the array.
template <typename Use>
void for_each_output(const graph::Subgraph& subgraph, const arrays::NamedArrays& outputs, bool leading_axis,
                     const Use& use) {
  for (const int32_t index : subgraph.outputs) {
    const std::string name = kernels::array_name(subgraph, static_cast<size_t>(index));
    const arrays::Array* array = find_array(outputs, name);
    if (array == nullptr) continue;
    graph::Tensor tensor = subgraph.tensors[static_cast<size_t>(index)];
    tensor.shape.assign(array->shape.begin() + (leading_axis ? 1 : 0), array->shape.end());
    use(tensor, name, *array);
  }
}

}  // namespace

std::string arrays_text(const arrays::NamedArrays& arrays, int64_t invocations) {
  return fmt::format("{} array{} of {} invocation{}", arrays.size(), arrays.size() == 1 ? "" : "s", invocations,
                     invocations == 1 ? "" : "s");
}

const arrays::Array* find_array(const arrays::NamedArrays& arrays, const std::string& name) {
  const auto found = std::find_if(arrays.begin(), arrays.end(), [&](const auto& entry) { return entry.first == name; });
  return found == arrays.end() ? nullptr : &found->second;
}

std::string outputs_text(const graph::Subgraph& subgraph, const arrays::NamedArrays& outputs, InvocationAxis axis) {
  const int64_t invocations = axis.invocations;
  std::string text;
  for_each_output(
      subgraph, outputs, axis.leading_axis,
      [&](const graph::Tensor& tensor, const std::string& name, const arrays::Array& a) {
        text += fmt::format("output {} {}, largest values:\n", graph::quoted(name), tensor_text(tensor));
        const std::vector<double> all = values(a);
        const size_t each = all.size() / static_cast<size_t>(invocations);
        for (int64_t i = 0; i < std::min(invocations, kMaxInvocations); ++i) {
          const std::string top = top_text(top_values(all, static_cast<size_t>(i) * each, each, tensor, a.type));
          text += invocations == 1 ? fmt::format("  {}\n", top) : fmt::format("  invocation {}: {}\n", i, top);
        }
        if (invocations > kMaxInvocations) text += fmt::format("  ... and {} more\n", invocations - kMaxInvocations);
      });
  return text;
}

Json outputs_json(const graph::Subgraph& subgraph, const arrays::NamedArrays& outputs, InvocationAxis axis) {
  const int64_t invocations = axis.invocations;
  Json json = Json::array();
  for_each_output(
      subgraph, outputs, axis.leading_axis,
      [&](const graph::Tensor& tensor, const std::string& name, const arrays::Array& a) {
        Json tops = Json::array();
        const std::vector<double> all = values(a);
        const size_t each = all.size() / static_cast<size_t>(invocations);
        for (int64_t i = 0; i < invocations; ++i) {
          Json top = Json::array();
          for (const Value& value : top_values(all, static_cast<size_t>(i) * each, each, tensor, a.type)) {
            top.push_back({{"index", value.index}, {"stored", value.stored}, {"real", value.real}});
          }
          tops.push_back(top);
        }
        json.push_back(
            {{"name", name}, {"type", graph::dtype_name(tensor.type)}, {"shape", tensor.shape}, {"largest", tops}});
      });
  return json;
}

}  // namespace atl::tools

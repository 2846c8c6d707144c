#include "common/graph/operand_checks.h"

#include <algorithm>

namespace atl::graph {
namespace {

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorCode::kInvalid, format, std::forward<Args>(args)...);
}

std::string count_text(size_t least, size_t most) {
  if (least == most) return fmt::format("{}", least);
  return most == SIZE_MAX ? fmt::format("at least {}", least) : fmt::format("{} to {}", least, most);
}

std::string row_text(const WeightedTypes& row, bool with_bias) {
  return with_bias
             ? fmt::format("{}, {}, {} -> {}", dtype_name(row.input), dtype_name(row.weights), dtype_name(row.bias),
                           dtype_name(row.output))
             : fmt::format("{}, {} -> {}", dtype_name(row.input), dtype_name(row.weights), dtype_name(row.output));
}

std::string list_text(std::initializer_list<DType> types) {
  std::string text;
  for (DType type : types) text += (text.empty() ? "" : ", ") + std::string(dtype_name(type));
  return text;
}

bool contains(std::initializer_list<DType> types, DType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

Status check_counts(const OpView& op, size_t least, size_t most, size_t needed, size_t outputs) {
  const size_t inputs = op.op.inputs.size();
  if (inputs < least || inputs > most) {
    return invalid("it has {} inputs; {} needed", inputs,
                   count_text(least, most) + (least == 1 && most == 1 ? " is" : " are"));
  }
  if (op.op.outputs.size() != outputs) {
    return invalid("it has {} outputs; {} {} needed", op.op.outputs.size(), outputs, outputs == 1 ? "is" : "are");
  }
  for (size_t i = 0; i < needed; ++i) {
    if (op.input(i) == nullptr) return invalid("its input {} is left out; it is needed", i);
  }
  return {};
}

Status check_weighted_types(const OpView& op, std::span<const WeightedTypes> table) {
  const Tensor* bias = op.input(2);
  const WeightedTypes seen{op.input(0)->type, op.input(1)->type, bias == nullptr ? DType::kFloat32 : bias->type,
                           op.output(0).type};
  std::string known;
  for (const WeightedTypes& row : table) {
    if (seen.input == row.input && seen.weights == row.weights && seen.output == row.output &&
        (bias == nullptr || seen.bias == row.bias)) {
      return {};
    }
    const std::string text = row_text(row, bias != nullptr);
    if (known.find(text) == std::string::npos) known += (known.empty() ? "" : "; ") + text;
  }
  return invalid("its types are {}; known are {}", row_text(seen, bias != nullptr), known);
}

Status check_one_type(const OpView& op, std::initializer_list<DType> types) {
  const DType input = op.input(0)->type;
  const DType output = op.output(0).type;
  if (input != output) {
    return invalid("its input is {} and its output {}; both must have one type", dtype_name(input), dtype_name(output));
  }
  if (types.size() != 0 && !contains(types, input)) {
    return invalid("its type is {}; known are {}", dtype_name(input), list_text(types));
  }
  return {};
}

Status check_type_pair(const OpView& op, std::span<const TypePair> table) {
  const DType input = op.input(0)->type;
  const DType output = op.output(0).type;
  std::string known;
  for (const TypePair& pair : table) {
    if (pair.input == input && pair.output == output) return {};
    known += fmt::format("{}{} -> {}", known.empty() ? "" : "; ", dtype_name(pair.input), dtype_name(pair.output));
  }
  return invalid("its types are {} -> {}; known are {}", dtype_name(input), dtype_name(output), known);
}

Status check_per_tensor(const Tensor& tensor, const char* what) {
  if (tensor.quant.scale.size() == 1) return {};
  if (tensor.quant.present()) {
    return invalid("its {} has {} scales; activations have one for the whole tensor", what, tensor.quant.scale.size());
  }
  return invalid("its {} is {} without a scale; quantized values need one", what, dtype_name(tensor.type));
}

Status check_symmetric_int16(const Tensor& tensor, const char* what) {
  if (tensor.type != DType::kInt16 || !tensor.quant.present() || tensor.quant.zero_point[0] == 0) return {};
  return invalid("its {} is int16 with zero point {}; int16 is symmetric, so it must be 0", what,
                 tensor.quant.zero_point[0]);
}

Status check_quantized_ends(const OpView& op) {
  if (is_quantized_activation(op.input(0)->type)) {
    ATOLL_TRY(check_per_tensor(*op.input(0), "input"));
    ATOLL_TRY(check_symmetric_int16(*op.input(0), "input"));
  }
  if (is_quantized_activation(op.output(0).type)) {
    ATOLL_TRY(check_per_tensor(op.output(0), "output"));
    ATOLL_TRY(check_symmetric_int16(op.output(0), "output"));
  }
  return {};
}

Status check_control_type(const Tensor& tensor, const char* what, std::initializer_list<DType> types) {
  if (contains(types, tensor.type)) return {};
  return invalid("its {} are {}; known are {}", what, dtype_name(tensor.type), list_text(types));
}

Status check_not_empty(const OpView& op) {
  const Tensor& input = *op.input(0);
  if (checked_num_elements(input.shape) != 0) return {};
  return invalid("its input has shape {}; there is nothing to compute with", shape_text(input.shape));
}

}  // namespace atl::graph

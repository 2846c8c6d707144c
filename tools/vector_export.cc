#include "tools/vector_export.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "common/base/file.h"
#include "common/graph/printer.h"
#include "common/kernels/tensor_arrays.h"
#include "tools/console.h"

namespace atl::tools {
namespace {

namespace fs = std::filesystem;

bool can_export(const kernels::Interpreter& interpreter, const graph::Op& op) {
  const auto fine = [&](int32_t index) {
    if (index == graph::kNoTensor) return true;
    const auto tensor = static_cast<size_t>(index);
    return interpreter.has_tensor(tensor) && kernels::element_type(interpreter.subgraph().tensors[tensor].type);
  };
  return std::all_of(op.inputs.begin(), op.inputs.end(), fine) &&
         std::all_of(op.outputs.begin(), op.outputs.end(), fine);
}

arrays::Array array_of(const kernels::ConstView& view) {
  return {*kernels::element_type(view.type),
          {view.shape.begin(), view.shape.end()},
          {view.bytes.begin(), view.bytes.end()}};
}

// Elements as hexadecimal numbers, the highest digit first.
Bytes hex_lines(const arrays::Array& array) {
  constexpr char kDigits[] = "0123456789abcdef";
  const size_t size = arrays::element_bytes(array.type);
  Bytes text;
  text.reserve(array.bytes.size() / size * (2 * size + 1));
  for (size_t i = 0; i + size <= array.bytes.size(); i += size) {
    for (size_t b = size; b-- > 0;) {
      text.push_back(static_cast<uint8_t>(kDigits[array.bytes[i + b] >> 4]));
      text.push_back(static_cast<uint8_t>(kDigits[array.bytes[i + b] & 15]));
    }
    text.push_back('\n');
  }
  return text;
}

std::string name_of(const graph::Subgraph& subgraph, const graph::Op& op, bool output, size_t k, size_t invocation) {
  if (output) return fmt::format("out_{}_{}", invocation, k);
  const bool constant = subgraph.tensors[static_cast<size_t>(op.inputs[k])].is_constant();
  return constant ? fmt::format("param_{}", k) : fmt::format("in_{}_{}", invocation, k);
}

Json operand_json(const graph::Subgraph& subgraph, const graph::Op& op, bool output, size_t k) {
  const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(output ? op.outputs[k] : op.inputs[k])];
  std::string array = name_of(subgraph, op, output, k, 0);
  if (const size_t zero = array.find("_0_"); zero != std::string::npos) array.replace(zero, 3, "_<invocation>_");
  Json json{
      {"array", array}, {"tensor", tensor.name}, {"type", graph::dtype_name(tensor.type)}, {"shape", tensor.shape}};
  if (!tensor.quant.present()) return json;
  json["scale"] = tensor.quant.scale;
  json["zero_point"] = tensor.quant.zero_point;
  if (tensor.quant.per_channel()) json["quantized_axis"] = tensor.quant.axis;
  return json;
}

Json op_json(const graph::Subgraph& subgraph, size_t index) {
  const graph::Op& op = subgraph.ops[index];
  Json json{{"op", index}, {"kind", graph::op_name(op)}, {"attributes", graph::print_attributes(op)}};
  json["operands"] = Json::array();
  for (size_t k = 0; k < op.inputs.size(); ++k) {
    if (op.inputs[k] != graph::kNoTensor) json["operands"].push_back(operand_json(subgraph, op, false, k));
  }
  for (size_t k = 0; k < op.outputs.size(); ++k) json["operands"].push_back(operand_json(subgraph, op, true, k));
  return json;
}

Status make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return {};
  return make_error(ErrorCode::kIo, "{}: can't be made: {}", folder.string(), error.message());
}

}  // namespace

void VectorExport::add(size_t invocation, const kernels::Interpreter& interpreter) {
  const graph::Subgraph& subgraph = interpreter.subgraph();
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (!can_export(interpreter, op)) continue;
    arrays::NamedArrays& arrays = arrays_[i];
    const auto take = [&](bool output, size_t k, int32_t tensor) {
      std::string name = name_of(subgraph, op, output, k, invocation);
      if (name.starts_with("param") && invocation > 0) return;
      arrays.emplace_back(std::move(name), array_of(interpreter.tensor(static_cast<size_t>(tensor))));
    };
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      if (op.inputs[k] != graph::kNoTensor) take(false, k, op.inputs[k]);
    }
    for (size_t k = 0; k < op.outputs.size(); ++k) take(true, k, op.outputs[k]);
  }
}

Status VectorExport::write(const graph::Subgraph& subgraph) const {
  for (const auto& [index, arrays] : arrays_) {
    std::string kind = graph::op_name(subgraph.ops[index]);
    std::replace_if(
        kind.begin(), kind.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    const fs::path folder = fs::path(folder_) / fmt::format("op_{:04}_{}", index, kind);
    ATOLL_TRY(make_folder(folder));
    ATOLL_TRY(arrays::write_npz((folder / "vectors.npz").string(), arrays));
    for (const auto& [name, array] : arrays) {
      ATOLL_TRY(write_file((folder / (name + ".hex")).string(), hex_lines(array)));
    }
    const std::string text = op_json(subgraph, index).dump(2) + "\n";
    ATOLL_TRY(write_file((folder / "op.json").string(), Bytes(text.begin(), text.end())));
  }
  return {};
}

}  // namespace atl::tools

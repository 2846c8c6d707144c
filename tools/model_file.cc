#include "tools/model_file.h"

#include <algorithm>

#include "common/base/file.h"
#include "common/graph/verifier.h"
#include "common/tflite/reader.h"
#include "tools/console.h"

namespace atl::tools {
namespace {

bool shape_unknown(const graph::Tensor& tensor) {
  return (tensor.shape.empty() && !tensor.has_rank) ||
         std::any_of(tensor.shape.begin(), tensor.shape.end(), [](int32_t extent) { return extent < 0; });
}

// Inputs whose shape the model doesn't say. An input without a rank may be meant as a scalar: only where the model then
// doesn't hold together is its shape unknown.
Status check_input_shapes(const graph::Subgraph& subgraph) {
  ErrorCollector errors;
  for (const int32_t index : subgraph.inputs) {
    if (index < 0 || static_cast<size_t>(index) >= subgraph.tensors.size()) continue;
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(index)];
    if (!shape_unknown(tensor)) continue;
    const std::string seen = tensor.shape.empty() ? "none" : graph::shape_text(tensor.shape);
    errors.add(
        make_error(ErrorCode::kUnsupported,
                   "input {}: its shape is unknown (the model says {}); convert the model with a fixed input shape",
                   graph::tensor_label(subgraph, static_cast<size_t>(index)), seen));
  }
  return std::move(errors).status();
}

Result<graph::Model> read_and_verify(const Bytes& bytes, std::vector<std::string>& warnings) {
  ATOLL_ASSIGN(graph::Model model, tflite::read_model(bytes, &warnings));
  Status verified = graph::verify(model);
  if (verified.ok()) return model;
  ATOLL_TRY(check_input_shapes(model.main()));
  return std::move(verified).error();
}

}  // namespace

Result<graph::Model> open_model(const std::string& path) {
  ATOLL_ASSIGN(const Bytes bytes, read_file(path));
  std::vector<std::string> warnings;
  Result<graph::Model> model = read_and_verify(bytes, warnings);
  for (const std::string& warning : warnings) warn(path + ": " + warning);
  if (!model.ok()) return std::move(model).error().with_place(path);
  return model;
}

std::string tensor_text(const graph::Tensor& tensor) {
  std::string text = fmt::format("{} {}", graph::dtype_name(tensor.type), graph::shape_text(tensor.shape));
  const graph::Quantization& quant = tensor.quant;
  if (!quant.present()) return text;
  if (quant.per_channel()) return text + fmt::format(" {} scales along axis {}", quant.scale.size(), quant.axis);
  const int64_t zero_point = quant.zero_point.empty() ? 0 : quant.zero_point.front();
  return text + fmt::format(" scale={} zero_point={}", quant.scale.front(), zero_point);
}

}  // namespace atl::tools

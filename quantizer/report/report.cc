#include "quantizer/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace atl::quantizer {
namespace {

int64_t constant_bytes(const graph::Model& model) {
  std::set<const void*> counted;
  int64_t bytes = 0;
  for (const graph::Subgraph& subgraph : model.subgraphs) {
    for (const graph::Tensor& tensor : subgraph.tensors) {
      if (tensor.is_constant() && counted.insert(tensor.data.get()).second) {
        bytes += static_cast<int64_t>(tensor.data->size());
      }
    }
  }
  return bytes;
}

std::string quantization_text(const graph::Quantization& quant) {
  if (!quant.present()) return "";
  if (!quant.per_channel()) return fmt::format("scale {:.6g}, zero point {}", quant.scale[0], quant.zero_point[0]);
  const auto [low, high] = std::minmax_element(quant.scale.begin(), quant.scale.end());
  return fmt::format("{} scales {:.6g} .. {:.6g}", quant.scale.size(), *low, *high);
}

std::string range_text(const std::optional<Range>& range) {
  return range ? fmt::format("  seen {:.6g} .. {:.6g}", range->min, range->max) : "";
}

}  // namespace

Report make_report(const graph::Model& before, const graph::Model& after, const std::vector<int32_t>& origin,
                   const std::vector<Range>& ranges) {
  Report report;
  const graph::Subgraph& subgraph = after.main();
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    const graph::Tensor& tensor = subgraph.tensors[t];
    if (!tensor.quant.present() && tensor.type != graph::DType::kFloat32) continue;
    TensorReport row{t, tensor.name, tensor.type, tensor.shape, tensor.is_constant(), tensor.quant, {}, {}};
    if (origin[t] >= 0 && !ranges[static_cast<size_t>(origin[t])].empty()) {
      row.observed = ranges[static_cast<size_t>(origin[t])];
    }
    report.tensors.push_back(std::move(row));
  }
  report.operators_before = before.main().ops.size();
  report.operators_after = subgraph.ops.size();
  report.constant_bytes_before = constant_bytes(before);
  report.constant_bytes_after = constant_bytes(after);
  return report;
}

void add_quality(const graph::Model& after, Quality quality, Report& report) {
  const graph::Subgraph& subgraph = after.main();
  report.measured_samples = quality.samples;
  for (TensorReport& row : report.tensors) row.errors = quality.tensors[row.tensor];
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (op.outputs.empty()) continue;
    const auto output = static_cast<size_t>(op.outputs[0]);
    if (!quality.tensors[output]) continue;
    LayerReport layer{i, graph::op_name(op), subgraph.tensors[output].name, subgraph.tensors[output].type, {}, {}};
    layer.errors = quality.tensors[output];
    for (const int32_t input : op.inputs) {
      if (input == graph::kNoTensor || !subgraph.tensors[static_cast<size_t>(input)].is_constant()) continue;
      const auto& errors = quality.tensors[static_cast<size_t>(input)];
      if (errors && (!layer.weights || errors->count() > layer.weights->count())) layer.weights = errors;
    }
    report.layers.push_back(std::move(layer));
  }
  for (OutputQuality& output : quality.outputs) {
    report.outputs.push_back(
        {subgraph.tensors[output.tensor].name, std::move(output.errors), output.rows, output.agreeing});
  }
}

std::string report_text(const Report& report) {
  size_t width = 0;
  for (const TensorReport& row : report.tensors) width = std::max(width, std::min<size_t>(row.name.size(), 60));
  std::string text;
  for (const TensorReport& row : report.tensors) {
    const std::string name = row.name.size() > 60 ? row.name.substr(0, 57) + "..." : row.name;
    text += fmt::format("{:<{}}  {:<7}  {}{}\n", name, width, dtype_name(row.type), quantization_text(row.quant),
                        range_text(row.observed));
  }
  text +=
      fmt::format("operators: {} -> {}; constants: {} -> {} bytes; ranges from {} samples\n", report.operators_before,
                  report.operators_after, report.constant_bytes_before, report.constant_bytes_after, report.samples);
  return text;
}

}  // namespace atl::quantizer

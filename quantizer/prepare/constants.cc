#include "quantizer/prepare/constants.h"

#include <algorithm>

#include "common/kernels/resolve.h"
#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {
namespace {

using graph::OpKind;

Result<std::vector<std::optional<graph::Shape>>> unknown_shapes(const graph::Subgraph& subgraph, size_t op) {
  return std::vector<std::optional<graph::Shape>>(subgraph.ops[op].outputs.size());
}

bool is_quantized(const graph::Tensor& tensor) { return tensor.quant.present() && !graph::is_float(tensor.type); }

bool may_vanish(Edits& edits, const graph::Op& op) {
  const auto kept = [&](int32_t tensor) { return edits.is_edge(tensor) || is_quantized(edits.tensor(tensor)); };
  const auto quantized = [&](int32_t tensor) {
    return tensor != graph::kNoTensor && is_quantized(edits.tensor(tensor));
  };
  return std::none_of(op.outputs.begin(), op.outputs.end(), kept) &&
         std::none_of(op.inputs.begin(), op.inputs.end(), quantized);
}

// The range that a computed constant has from training.
void pass_range(const graph::Op& op, CarriedRanges& ranges) {
  auto& output = ranges[static_cast<size_t>(op.outputs[0])];
  const auto& input = ranges[static_cast<size_t>(op.inputs[0])];
  if (const auto* attrs = std::get_if<graph::FakeQuantAttrs>(&op.attrs)) {
    output = CarriedRange{attrs->min, attrs->max, attrs->num_bits, attrs->narrow_range};
  } else if (op.kind == OpKind::kReshape || op.kind == OpKind::kTranspose || op.kind == OpKind::kSqueeze ||
             op.kind == OpKind::kExpandDims) {
    output = input;
  }
}

}  // namespace

size_t compute_constants(Edits& edits, CarriedRanges& ranges, size_t& fake_quants) {
  edits.finish();
  graph::Subgraph& subgraph = edits.subgraph();
  const auto resolved = kernels::resolve(subgraph, {}, {}, unknown_shapes);
  if (!resolved.ok()) return 0;  // running it will say why
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    if (!subgraph.tensors[t].open_shape || resolved->dynamic_tensor[t]) continue;
    subgraph.tensors[t].shape = resolved->subgraph.tensors[t].shape;
    subgraph.tensors[t].open_shape = false;
  }
  size_t count = 0;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    if (!resolved->folded[i] || op.inputs.empty() || op.outputs.empty() || !may_vanish(edits, op)) continue;
    pass_range(op, ranges);
    for (const int32_t output : op.outputs) {
      edits.tensor(output) = resolved->subgraph.tensors[static_cast<size_t>(output)];
    }
    ++(op.kind == OpKind::kFakeQuant ? fake_quants : count);
    edits.remove(i);
  }
  return count;
}

}  // namespace atl::quantizer

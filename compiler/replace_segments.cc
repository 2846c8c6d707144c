#include "compiler/replace_segments.h"

#include <algorithm>

namespace atl::compiler {
namespace {

constexpr int32_t kBuiltinCustom = 32;  // BuiltinOperator.CUSTOM of the schema

graph::Op make_custom_op(const SegmentOps& segment, const isa::Program& program) {
  graph::Op op;
  op.builtin_code = kBuiltinCustom;
  op.custom_code = std::string(isa::kProgramOpName);
  op.custom_options = isa::encode(program);
  op.inputs = segment.inputs;
  op.outputs = segment.outputs;
  return op;
}

// The partition's steps as ops.
std::vector<graph::Op> replaced_ops(const graph::Subgraph& subgraph, const Partition& partition,
                                    const std::vector<isa::Program>& programs) {
  std::vector<graph::Op> ops;
  for (const PartitionStep& step : partition.steps) {
    if (step.segment < 0) {
      ops.push_back(subgraph.ops[static_cast<size_t>(step.host_op)]);
    } else {
      const auto segment = static_cast<size_t>(step.segment);
      ops.push_back(make_custom_op(partition.segments[segment], programs[segment]));
    }
  }
  return ops;
}

void drop_unused_tensors(graph::Model& model) {
  graph::Subgraph& subgraph = model.main();
  std::vector<int32_t> new_index(subgraph.tensors.size(), graph::kNoTensor);
  const auto for_each_reference = [&](auto&& visit) {
    for (graph::Op& op : subgraph.ops) {
      for (auto* list : {&op.inputs, &op.outputs, &op.intermediates}) std::for_each(list->begin(), list->end(), visit);
    }
    std::for_each(subgraph.inputs.begin(), subgraph.inputs.end(), visit);
    std::for_each(subgraph.outputs.begin(), subgraph.outputs.end(), visit);
    for (graph::Signature& signature : model.signatures) {
      if (signature.subgraph != 0) continue;
      for (auto* list : {&signature.inputs, &signature.outputs}) {
        for (graph::SignatureEntry& entry : *list) visit(entry.tensor);
      }
    }
  };
  for_each_reference([&](int32_t& tensor) {
    if (tensor >= 0) new_index[tensor] = 0;
  });
  std::vector<graph::Tensor> kept;
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    if (new_index[t] < 0) continue;
    new_index[t] = static_cast<int32_t>(kept.size());
    kept.push_back(std::move(subgraph.tensors[t]));
  }
  subgraph.tensors = std::move(kept);
  for_each_reference([&](int32_t& tensor) {
    if (tensor >= 0) tensor = new_index[tensor];
  });
}

}  // namespace

graph::Model replace_segments(const graph::Model& model, const Partition& partition,
                              const std::vector<isa::Program>& programs) {
  graph::Model result = model;
  result.main().ops = replaced_ops(model.main(), partition, programs);
  drop_unused_tensors(result);
  return result;
}

}  // namespace atl::compiler

#include "tools/simulated_tensors.h"

#include <set>

#include "runtime/tensor_origins.h"

namespace atl::tools {
namespace {

ReadTensor read_captured(size_t segment, size_t index, graph::DType type, std::span<const int32_t> shape) {
  return [=](const runtime::CompiledRunner& runner) {
    return kernels::ConstView{type, shape, runner.segments()[segment]->last_run->captured[index], true};
  };
}

ReadTensor read_host(size_t tensor) {
  return [tensor](const runtime::CompiledRunner& runner) { return runner.interpreter().tensor(tensor); };
}

}  // namespace

std::multimap<size_t, ReadTensor> readable_tensors(const SimulatedModel& model, const runtime::CompiledRunner& runner) {
  std::vector<int32_t> host_ops;
  for (const compiler::OpPlacement& op : model.built->ops) {
    if (!op.on_accelerator) host_ops.push_back(op.op);
  }
  const graph::Subgraph& compiled = model.compiled().main();
  const std::vector<int32_t> origins =
      runtime::tensor_origins(model.model.main(), compiled, host_ops, model.built->programs);
  std::multimap<size_t, ReadTensor> tensors;
  for (size_t i = 0; i < origins.size(); ++i) {
    if (origins[i] < 0 || compiled.tensors[i].is_constant() || !runner.interpreter().has_tensor(i)) continue;
    tensors.emplace(static_cast<size_t>(origins[i]), read_host(i));
  }
  for (size_t s = 0; s < runner.segments().size(); ++s) {
    const std::vector<isa::Materialized>& list = runner.segments()[s]->simulator.program().materialized;
    for (size_t k = 0; k < list.size(); ++k) {
      if (list[k].tensor < 0) continue;
      const auto index = static_cast<size_t>(list[k].tensor);
      const graph::Tensor& tensor = model.model.main().tensors[index];
      tensors.emplace(index, read_captured(s, k, tensor.type, tensor.shape));
    }
  }
  return tensors;
}

std::vector<SegmentTensor> segment_tensors(const runtime::CompiledRunner& runner) {
  std::vector<SegmentTensor> tensors;
  std::set<std::string> taken;
  for (size_t s = 0; s < runner.segments().size(); ++s) {
    const std::vector<isa::Materialized>& list = runner.segments()[s]->simulator.program().materialized;
    for (size_t k = 0; k < list.size(); ++k) {
      const std::string numbered = fmt::format("{}#{}", list[k].name, list[k].tensor);
      const bool plain = !list[k].name.empty() && taken.insert(list[k].name).second;
      if (!plain && !taken.insert(numbered).second) continue;
      tensors.push_back({plain ? list[k].name : numbered, read_captured(s, k, graph::DType::kUint8, {})});
    }
  }
  return tensors;
}

}  // namespace atl::tools

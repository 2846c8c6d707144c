#include "runtime/host_cost.h"

#include "common/graph/op_macs.h"
#include "runtime/segments.h"

namespace atl::runtime {

HostWork host_work(const graph::Subgraph& subgraph, size_t op_index) {
  const graph::Op& op = subgraph.ops[op_index];
  HostWork work;
  work.macs = graph::op_macs({subgraph, op});
  for (const auto* tensors : {&op.inputs, &op.outputs}) {
    for (const int32_t index : *tensors) {
      if (index == graph::kNoTensor) continue;
      const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(index)];
      work.bytes += static_cast<uint64_t>(graph::num_bytes(tensor.shape, tensor.type));
    }
  }
  return work;
}

HostWork host_work(const graph::Subgraph& subgraph) {
  HostWork work;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    if (!is_accelerator_op(subgraph.ops[i])) work += host_work(subgraph, i);
  }
  return work;
}

double host_seconds(const HostWork& work, const isa::Machine& machine) {
  return static_cast<double>(work.macs) / machine.host_macs_per_second +
         static_cast<double>(work.bytes) / machine.host_bytes_per_second;
}

}  // namespace atl::runtime

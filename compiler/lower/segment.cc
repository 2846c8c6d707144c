#include "compiler/lower/segment.h"

#include <algorithm>

#include "common/graph/op_macs.h"
#include "compiler/lower/lowering.h"

namespace atl::compiler {

SegmentBuilder::SegmentBuilder(const graph::Subgraph& subgraph, const std::vector<int32_t>& op_indices,
                               const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs,
                               const isa::Machine& machine, bool fixed_fully_connected)
    : subgraph_(subgraph), op_indices_(op_indices), machine_(machine), fixed_fully_connected_(fixed_fully_connected) {
  for (int32_t tensor : inputs) {
    segment_.inputs.push_back(storage(tensor));
    segment_.storages[segment_.inputs.back()].is_input = true;
  }
  for (int32_t tensor : outputs) {
    segment_.outputs.push_back(storage(tensor));
    segment_.storages[segment_.outputs.back()].is_output = true;
  }
}

Segment SegmentBuilder::build() && {
  for (int32_t index : op_indices_) {
    const graph::OpView op{subgraph_, subgraph_.ops[index]};
    isa::DebugOp debug;
    debug.op = index;
    debug.label = graph::op_label(subgraph_, static_cast<size_t>(index));
    debug.macs = graph::op_macs(op);
    segment_.ops.push_back(debug);
    lower(op, *this);
  }
  return std::move(segment_);
}

int32_t SegmentBuilder::storage(int32_t tensor) {
  const auto found = segment_.storage_of_tensor.find(tensor);
  if (found != segment_.storage_of_tensor.end()) return found->second;
  const graph::Tensor& t = subgraph_.tensors[tensor];
  Storage storage;
  storage.name = t.name;
  storage.tensor = tensor;
  storage.bytes = graph::num_elements(t.shape) * graph::dtype_bits(t.type) / 8;
  if (t.is_constant()) storage.constant = *t.data;
  segment_.storages.push_back(std::move(storage));
  const auto index = static_cast<int32_t>(segment_.storages.size() - 1);
  segment_.storage_of_tensor[tensor] = index;
  return index;
}

Operand SegmentBuilder::view(int32_t tensor, const Dims& shape) {
  const int32_t index = storage(tensor);
  const int64_t element_bytes = graph::dtype_bits(subgraph_.tensors[tensor].type) / 8;
  ATOLL_CHECK(shape.product() * element_bytes == segment_.storages[index].bytes);
  return {index, shape, element_bytes};
}

Operand SegmentBuilder::temporary(const std::string& name, const Dims& shape, int64_t element_bytes) {
  Storage storage;
  storage.name = name;
  storage.bytes = shape.product() * element_bytes;
  segment_.storages.push_back(std::move(storage));
  return {static_cast<int32_t>(segment_.storages.size() - 1), shape, element_bytes};
}

void SegmentBuilder::add(std::unique_ptr<Task> task) {
  task->debug_op = static_cast<int32_t>(segment_.ops.size() - 1);
  const auto index = static_cast<int32_t>(segment_.tasks.size());
  const auto touch = [&](int32_t s) {
    Storage& touched = segment_.storages[s];
    if (touched.first_task < 0) touched.first_task = index;
    touched.last_task = index;
  };
  for (const Operand& input : task->inputs) touch(input.storage);
  touch(task->output.storage);
  segment_.tasks.push_back(std::move(task));
}

bool SegmentBuilder::alias(int32_t from, int32_t to) {
  const int32_t source = storage(from);
  const auto known = segment_.storage_of_tensor.find(to);
  if (known != segment_.storage_of_tensor.end()) return known->second == source;
  segment_.storage_of_tensor[to] = source;
  return true;
}

}  // namespace atl::compiler

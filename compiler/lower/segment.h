// A segment: consecutive ops of a model as tasks over storages, and the builder that lowering functions write into.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/graph/model.h"
#include "common/graph/op_view.h"
#include "compiler/tasks/task.h"
#include "isa/program.h"

namespace atl::compiler {

struct Segment {
  std::vector<Storage> storages;
  std::vector<std::unique_ptr<Task>> tasks;
  std::vector<isa::DebugOp> ops;                 // Task::debug_op points here
  std::vector<int32_t> inputs, outputs;          // storages, in the order of the segment's tensors
  std::map<int32_t, int32_t> storage_of_tensor;  // several tensors may be views of one storage
};

class SegmentBuilder {
 public:
  // op_indices: the segment's ops, in order. inputs, outputs: tensors that cross its border.
  SegmentBuilder(const graph::Subgraph& subgraph, const std::vector<int32_t>& op_indices,
                 const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs, const isa::Machine& machine,
                 bool fixed_fully_connected);

  Segment build() &&;

  // For lowering functions.
  const isa::Machine& machine() const { return machine_; }
  bool fixed_fully_connected() const { return fixed_fully_connected_; }
  // The tensor's storage viewed in this shape (its elements must be as many).
  Operand view(int32_t tensor, const Dims& shape);
  // A buffer of the compiler's own.
  Operand temporary(const std::string& name, const Dims& shape, int64_t element_bytes);
  void add(std::unique_ptr<Task> task);
  // From here on `to` is another view of `from`'s bytes; false if it must be copied (both are inputs or outputs).
  bool alias(int32_t from, int32_t to);

 private:
  int32_t storage(int32_t tensor);

  const graph::Subgraph& subgraph_;
  const std::vector<int32_t>& op_indices_;
  const isa::Machine& machine_;
  bool fixed_fully_connected_;
  Segment segment_;
};

}  // namespace atl::compiler

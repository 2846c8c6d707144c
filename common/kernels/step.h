// What a subgraph does for one of its operators.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/kernels/interface/kernel.h"
#include "common/kernels/resolve.h"

namespace atl::kernels {

class Session;
class TensorStore;

class Step {
 public:
  virtual ~Step() = default;
  virtual Status run() = 0;
};

// An operator of a subgraph and where its tensors are; all of it outlives the step.
struct StepContext {
  Session& session;
  const ResolvedSubgraph& resolved;
  size_t op_index;
  TensorStore& store;

  const graph::Op& op() const { return resolved.subgraph.ops[op_index]; }
};

// All shapes are known: a kernel bound to the memory of its operands.
std::unique_ptr<Step> make_kernel_step(const StepContext& context, std::unique_ptr<Kernel> kernel);
// Some are not: the operator is prepared for what it finds as it runs.
std::unique_ptr<Step> make_dynamic_step(const StepContext& context);
// IF, WHILE, CALL_ONCE, VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE.
std::unique_ptr<Step> make_control_step(const StepContext& context);

// The output shapes of those, where they are known before they run (InferCall of resolve.h). `stated` is the subgraph
// as the model has it.
Result<std::vector<std::optional<graph::Shape>>> infer_control_shapes(Session& session, const graph::Subgraph& stated,
                                                                      const graph::Subgraph& resolved, size_t op_index);

}  // namespace atl::kernels

#include "common/kernels/subgraph_runner.h"

#include <algorithm>

#include "common/graph/control_flow.h"
#include "common/kernels/registry.h"
#include "common/kernels/session.h"

namespace atl::kernels {

Result<std::unique_ptr<SubgraphRunner>> SubgraphRunner::create(Session& session, int32_t subgraph,
                                                               const std::vector<graph::Shape>& input_shapes) {
  const graph::Subgraph& stated = session.model().subgraphs.at(static_cast<size_t>(subgraph));
  std::unique_ptr<SubgraphRunner> runner(new SubgraphRunner);
  const InferCall infer_call = [&](const graph::Subgraph& resolved, size_t op_index) {
    return infer_control_shapes(session, stated, resolved, op_index);
  };
  ATOLL_ASSIGN(runner->resolved_, resolve(stated, input_shapes, session.options().kernels, infer_call));
  ATOLL_TRY(runner->prepare(session, subgraph));
  return runner;
}

Status SubgraphRunner::prepare(Session& session, int32_t subgraph) {
  const bool preserve_all = session.options().preserve_all && subgraph == session.options().subgraph;
  ATOLL_ASSIGN(TensorStore store, TensorStore::create(resolved_, preserve_all, session.options().memory_limit_bytes));
  store_.emplace(std::move(store));
  ErrorCollector errors;
  for (size_t i = 0; i < resolved_.subgraph.ops.size(); ++i) {
    if (resolved_.folded[i]) continue;
    auto step = make_step(session, subgraph, i);
    if (step.ok()) {
      steps_.push_back(std::move(step).value());
    } else {
      errors.add(std::move(step).error());
    }
  }
  return std::move(errors).status();
}

Result<std::unique_ptr<Step>> SubgraphRunner::make_step(Session& session, int32_t subgraph, size_t op_index) {
  const StepContext context{session, resolved_, op_index, *store_};
  const graph::Op& op = context.op();
  if (graph::is_control_flow(op.kind)) return make_control_step(context);
  const auto is_dynamic = [&](int32_t tensor) {
    return tensor != graph::kNoTensor && resolved_.dynamic_tensor[static_cast<size_t>(tensor)];
  };
  const bool dynamic = std::any_of(op.inputs.begin(), op.inputs.end(), is_dynamic) ||
                       std::any_of(op.outputs.begin(), op.outputs.end(), is_dynamic);
  const auto& prepare_unknown = session.options().prepare_unknown;
  const bool unknown = op.kind == graph::OpKind::kUnknown;
  if (dynamic && unknown) {
    return make_error(ErrorCode::kUnsupported, "its input has a shape that is known only when the model runs")
        .with_place(graph::op_label(resolved_.subgraph, op_index));
  }
  if (dynamic && !variants(op.kind).empty()) return make_dynamic_step(context);
  ATOLL_ASSIGN(std::unique_ptr<Kernel> kernel,
               unknown && prepare_unknown && subgraph == 0
                   ? prepare_unknown(resolved_.subgraph, op_index)
                   : kernels::prepare(resolved_.subgraph, op_index, session.options().kernels));
  if (session.options().watch && subgraph == session.options().subgraph) {
    kernel->watch([watch = session.options().watch, op_index](size_t place, std::span<const float> values) {
      watch(op_index, place, values);
    });
  }
  return make_kernel_step(context, std::move(kernel));
}

std::optional<graph::Shape> SubgraphRunner::output_shape(size_t position) const {
  const auto tensor = static_cast<size_t>(resolved_.subgraph.outputs.at(position));
  if (resolved_.dynamic_tensor[tensor]) return std::nullopt;
  return resolved_.subgraph.tensors[tensor].shape;
}

Status SubgraphRunner::run() {
  ++running_;
  Status done;
  for (const auto& step : steps_) {
    done = step->run();
    if (!done.ok()) break;
  }
  --running_;
  return done;
}

}  // namespace atl::kernels

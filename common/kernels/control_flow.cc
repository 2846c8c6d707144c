// IF, WHILE, CALL_ONCE and variables.
#include <algorithm>

#include "common/kernels/session.h"
#include "common/kernels/step.h"
#include "common/kernels/subgraph_runner.h"

namespace atl::kernels {
namespace {

using Shapes = std::vector<std::optional<graph::Shape>>;

// The operator and its operands, from a number of inputs on.
class ControlStep : public Step {
 public:
  explicit ControlStep(const StepContext& context) : context_(context) {}

  Status run() final {
    Status done = run_op();
    if (done.ok()) return done;
    const std::string label = graph::op_label(context_.resolved.subgraph, context_.op_index);
    return std::move(done).error().with_place(label);
  }

 protected:
  virtual Status run_op() = 0;

  template <typename Attrs>
  const Attrs& attrs() const {
    return std::get<Attrs>(context_.op().attrs);
  }
  Session& session() { return context_.session; }
  ConstView input(size_t position) const { return context_.store.view(tensor(context_.op().inputs, position)); }
  std::vector<Value> inputs_from(size_t first) const {
    std::vector<Value> values;
    for (size_t i = first; i < context_.op().inputs.size(); ++i) values.push_back(copy_of(input(i)));
    return values;
  }

  MutView output(size_t position) { return context_.store.mutable_view(tensor(context_.op().outputs, position)); }

  // Gives an output a value; one of known shape must have that shape.
  Status set_output(size_t position, const ConstView& value) {
    const size_t index = tensor(context_.op().outputs, position);
    MutView to = context_.store.mutable_view(index);
    if (context_.store.is_dynamic(index)) {
      ATOLL_ASSIGN(to, context_.store.reshape(index, {value.shape.begin(), value.shape.end()}));
    }
    if (to.type != value.type ||
        !std::equal(to.shape.begin(), to.shape.end(), value.shape.begin(), value.shape.end())) {
      return make_error(ErrorCode::kInvalid, "its output {} is stated as {} {} and gets {} {}", position,
                        graph::dtype_name(to.type), graph::shape_text({to.shape.begin(), to.shape.end()}),
                        graph::dtype_name(value.type), graph::shape_text({value.shape.begin(), value.shape.end()}));
    }
    std::copy(value.bytes.begin(), value.bytes.end(), to.bytes.begin());
    return {};
  }

  // Runs a subgraph on values; what it gives is in the runner's store until it runs again.
  Result<SubgraphRunner*> call(int32_t subgraph, const std::vector<Value>& values) {
    std::vector<graph::Shape> shapes;
    for (const Value& value : values) shapes.push_back(value.shape);
    ATOLL_ASSIGN(SubgraphRunner* const runner, session().runner(subgraph, shapes));
    if (!runner->idle()) return make_error(ErrorCode::kUnsupported, "subgraph #{} calls itself", subgraph);
    for (size_t i = 0; i < values.size(); ++i) {
      const MutView to = runner->store().mutable_view(static_cast<size_t>(runner->subgraph().inputs[i]));
      if (to.type != values[i].type) {
        return make_error(ErrorCode::kInvalid, "input {} of subgraph #{} is {} and gets {}", i, subgraph,
                          graph::dtype_name(to.type), graph::dtype_name(values[i].type));
      }
      std::copy(values[i].bytes.begin(), values[i].bytes.end(), to.bytes.begin());
    }
    ATOLL_TRY(runner->run());
    return runner;
  }
  static ConstView result(const SubgraphRunner& runner, size_t position) {
    return runner.store().view(static_cast<size_t>(runner.subgraph().outputs[position]));
  }

  // A condition: one bool.
  static Result<bool> truth(const ConstView& view, const char* what) {
    if (view.type == graph::DType::kBool && view.bytes.size() == 1) return view.bytes[0] != 0;
    return make_error(ErrorCode::kInvalid, "{} is {} {}; one bool is needed", what, graph::dtype_name(view.type),
                      graph::shape_text({view.shape.begin(), view.shape.end()}));
  }

 private:
  static size_t tensor(const std::vector<int32_t>& operands, size_t position) {
    return static_cast<size_t>(operands.at(position));
  }

  StepContext context_;
};

class IfStep final : public ControlStep {
  using ControlStep::ControlStep;
  Status run_op() override {
    ATOLL_ASSIGN(const bool condition, truth(input(0), "its condition"));
    const auto& branches = attrs<graph::IfAttrs>();
    ATOLL_ASSIGN(SubgraphRunner* const branch,
                 call(condition ? branches.then_subgraph : branches.else_subgraph, inputs_from(1)));
    for (size_t i = 0; i < branch->subgraph().outputs.size(); ++i) ATOLL_TRY(set_output(i, result(*branch, i)));
    return {};
  }
};

class WhileStep final : public ControlStep {
  using ControlStep::ControlStep;
  Status run_op() override {
    const auto& loop = attrs<graph::WhileAttrs>();
    std::vector<Value> values = inputs_from(0);
    for (int64_t turn = 0;; ++turn) {
      if (turn >= session().options().most_turns) {
        return make_error(ErrorCode::kUnsupported, "its condition still holds after {} turns; does the loop end?",
                          turn);
      }
      ATOLL_ASSIGN(SubgraphRunner* const condition, call(loop.cond_subgraph, values));
      ATOLL_ASSIGN(const bool again, truth(result(*condition, 0), "its condition"));
      if (!again) break;
      ATOLL_ASSIGN(SubgraphRunner* const body, call(loop.body_subgraph, values));
      for (size_t i = 0; i < values.size(); ++i) values[i] = copy_of(result(*body, i));
    }
    for (size_t i = 0; i < values.size(); ++i) ATOLL_TRY(set_output(i, values[i].view()));
    return {};
  }
};

class CallOnceStep final : public ControlStep {
  using ControlStep::ControlStep;
  Status run_op() override {
    const int32_t subgraph = attrs<graph::CallOnceAttrs>().init_subgraph;
    if (!session().first_call_once(subgraph)) return {};
    ATOLL_ASSIGN([[maybe_unused]] SubgraphRunner* const runner, call(subgraph, {}));
    return {};
  }
};

class VarHandleStep final : public ControlStep {
  using ControlStep::ControlStep;
  Status run_op() override {
    const int32_t number = session().variable(attrs<graph::VarHandleAttrs>());
    const auto* bytes = reinterpret_cast<const uint8_t*>(&number);
    const MutView to = output(0);
    return set_output(0, {to.type, to.shape, {bytes, sizeof number}, true});
  }
};

class ReadVariableStep final : public ControlStep {
  using ControlStep::ControlStep;
  Status run_op() override {
    ATOLL_ASSIGN(const std::optional<Value>* const value, session().value(input(0)));
    if (!*value) return make_error(ErrorCode::kInvalid, "reads a variable that nothing has been assigned to");
    return set_output(0, (*value)->view());
  }
};

class AssignVariableStep final : public ControlStep {
  using ControlStep::ControlStep;
  Status run_op() override {
    ATOLL_ASSIGN(std::optional<Value>* const value, session().value(input(0)));
    *value = copy_of(input(1));
    return {};
  }
};

}  // namespace

std::unique_ptr<Step> make_control_step(const StepContext& context) {
  using graph::OpKind;
  switch (context.op().kind) {
    case OpKind::kIf: return std::make_unique<IfStep>(context);
    case OpKind::kWhile: return std::make_unique<WhileStep>(context);
    case OpKind::kCallOnce: return std::make_unique<CallOnceStep>(context);
    case OpKind::kVarHandle: return std::make_unique<VarHandleStep>(context);
    case OpKind::kReadVariable: return std::make_unique<ReadVariableStep>(context);
    case OpKind::kAssignVariable: return std::make_unique<AssignVariableStep>(context);
    default: break;
  }
  ATOLL_CHECK(false, "{} is no control flow", graph::op_name(context.op()));
}

namespace {

std::vector<graph::Shape> input_shapes(const graph::Subgraph& subgraph, const graph::Op& op, size_t first) {
  std::vector<graph::Shape> shapes;
  for (size_t i = first; i < op.inputs.size(); ++i) {
    shapes.push_back(subgraph.tensors[static_cast<size_t>(op.inputs[i])].shape);
  }
  return shapes;
}

// What both branches give, where they agree.
Result<Shapes> branch_shapes(Session& session, const graph::Subgraph& subgraph, const graph::Op& op) {
  const auto& attrs = std::get<graph::IfAttrs>(op.attrs);
  const std::vector<graph::Shape> shapes = input_shapes(subgraph, op, 1);
  ATOLL_ASSIGN(SubgraphRunner* const first, session.runner(attrs.then_subgraph, shapes));
  ATOLL_ASSIGN(SubgraphRunner* const second, session.runner(attrs.else_subgraph, shapes));
  Shapes result;
  for (size_t i = 0; i < op.outputs.size(); ++i) {
    const auto a = first->output_shape(i), b = second->output_shape(i);
    result.push_back(a == b ? a : std::nullopt);
  }
  return result;
}

// What goes round the loop, where the body leaves its shape.
Result<Shapes> loop_shapes(Session& session, const graph::Subgraph& subgraph, const graph::Op& op) {
  const auto& attrs = std::get<graph::WhileAttrs>(op.attrs);
  const std::vector<graph::Shape> shapes = input_shapes(subgraph, op, 0);
  ATOLL_ASSIGN([[maybe_unused]] SubgraphRunner* const condition, session.runner(attrs.cond_subgraph, shapes));
  ATOLL_ASSIGN(SubgraphRunner* const body, session.runner(attrs.body_subgraph, shapes));
  bool same = true;
  for (size_t i = 0; i < shapes.size(); ++i) same = same && body->output_shape(i) == shapes[i];
  Shapes result;
  for (const graph::Shape& shape : shapes) result.push_back(same ? std::optional(shape) : std::nullopt);
  return result;
}

}  // namespace

Result<Shapes> infer_control_shapes(Session& session, const graph::Subgraph& stated, const graph::Subgraph& resolved,
                                    size_t op_index) {
  const graph::Op& op = resolved.ops[op_index];
  switch (op.kind) {
    case graph::OpKind::kIf: return branch_shapes(session, resolved, op);
    case graph::OpKind::kWhile: return loop_shapes(session, resolved, op);
    default: break;
  }
  if (const auto* once = std::get_if<graph::CallOnceAttrs>(&op.attrs)) {
    ATOLL_ASSIGN([[maybe_unused]] SubgraphRunner* const runner, session.runner(once->init_subgraph, {}));
  }
  Shapes shapes;  // as stated
  for (const int32_t output : op.outputs) {
    const graph::Tensor& tensor = stated.tensors[static_cast<size_t>(output)];
    shapes.push_back(tensor.open_shape ? std::nullopt : std::optional(tensor.shape));
  }
  return shapes;
}

}  // namespace atl::kernels

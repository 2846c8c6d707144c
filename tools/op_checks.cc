#include "tools/op_checks.h"

#include "common/graph/control_flow.h"
#include "common/graph/cut_op.h"
#include "common/graph/open_shapes.h"
#include "common/tflite/writer.h"
#include "runtime/corner_inputs.h"

namespace atl::tools {
namespace {

// What can be cut out: a known operator whose shapes are known and that calls no subgraph and works on no variable.
bool can_stand_alone(const graph::Subgraph& subgraph, const graph::Op& op) {
  return op.kind != graph::OpKind::kUnknown && !graph::is_control_flow(op.kind) && !graph::has_open_shape(subgraph, op);
}

CheckedInvocations corners(const graph::Model& model, const std::vector<std::string>& patterns, uint64_t seed) {
  std::vector<CheckedInvocation> all;
  for (const std::string& pattern : patterns) {
    if (pattern != "ties" && pattern != "saturation") continue;
    const auto corner = pattern == "ties" ? runtime::Corner::kTies : runtime::Corner::kSaturation;
    auto invocations = runtime::corner_inputs(model, corner, seed);
    for (size_t i = 0; i < invocations.size(); ++i) {
      all.push_back({fmt::format("pattern {} {}", pattern, i), std::move(invocations[i])});
    }
  }
  return CheckedInvocations::of(std::move(all));
}

}  // namespace

Result<OpChecks> check_ops(const SimulatedModel& model, const std::vector<std::string>& patterns, uint64_t seed,
                           bool live, const FcRequantFlag& fc_requant, const CheckOptions& options) {
  OpChecks checks;
  const graph::Subgraph& main = model.model.main();
  for (size_t i = 0; i < main.ops.size(); ++i) {
    ++checks.left_out;
    if (!can_stand_alone(main, main.ops[i])) continue;
    SimulatedModel one{model.path, model.machine, graph::cut_op(main, i), std::nullopt};
    const CheckedInvocations checked = corners(one.model, patterns, seed);
    if (checked.size() == 0) continue;
    --checks.left_out;
    if (options.progress) options.progress(graph::op_label(main, i));
    compiler::CompileOptions settings;
    settings.fixed_fully_connected = fc_requant.fixed();
    ATOLL_ASSIGN(one.built, compiler::compile(one.model, one.machine, settings));
    std::optional<ReferenceTensors> reference;
    if (live) {
      ATOLL_ASSIGN(reference, ReferenceTensors::live(one.model.main(), tflite::write_model(one.model), checked));
    }
    CheckOptions quiet = options;
    quiet.progress = nullptr, quiet.visit = nullptr;
    ATOLL_ASSIGN(const Verified verified, check_model(one, checked, reference, quiet));
    ++checks.operators;
    checks.invocations += checked.size();
    checks.elements += verified.simulator.elements() + (verified.reference ? verified.reference->elements() : 0);
    for (const std::string& difference : verified.differences()) checks.differences.push_back(difference);
  }
  return checks;
}

}  // namespace atl::tools

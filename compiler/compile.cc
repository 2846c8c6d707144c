#include "compiler/compile.h"

#include "compiler/build_program.h"
#include "compiler/lower/op_rules.h"
#include "compiler/partition.h"
#include "compiler/replace_segments.h"

namespace atl::compiler {
namespace {

using HostReasons = std::vector<std::optional<std::string>>;

// Operators without a row can run neither on the accelerator nor on the host: all are named at once.
Status check_operators(const graph::Model& model) {
  ErrorCollector errors;
  const graph::Subgraph& main = model.main();
  for (size_t i = 0; i < main.ops.size(); ++i) {
    if (main.ops[i].kind != graph::OpKind::kUnknown) continue;
    if (main.ops[i].custom_code == isa::kProgramOpName) {
      errors.add(make_error(ErrorCode::kUnsupported, "{}: the model is compiled already; give the original",
                            graph::op_label(main, i)));
      continue;
    }
    const std::string why = main.ops[i].set_aside.empty()
                                ? "Atoll does not have this operator; replace it or cut the model before it"
                                : main.ops[i].set_aside;
    errors.add(make_error(ErrorCode::kUnsupported, "{}: {}", graph::op_label(main, i), why));
  }
  return std::move(errors).status();
}

HostReasons initial_reasons(const graph::Subgraph& subgraph) {
  HostReasons reasons;
  for (const graph::Op& op : subgraph.ops) reasons.push_back(why_not_on_accelerator({subgraph, op}));
  return reasons;
}

struct Built {
  Partition partition;
  std::vector<BuiltProgram> programs;
};

// Builds every segment; an op that can't be placed goes to the host and the rest is cut anew.
Built build(const graph::Subgraph& subgraph, const isa::Machine& machine, const CompileOptions& options) {
  HostReasons reasons = initial_reasons(subgraph);
  for (;;) {
    Built built{partition(subgraph, reasons), {}};
    bool again = false;
    for (const SegmentOps& ops : built.partition.segments) {
      const Segment segment =
          SegmentBuilder(subgraph, ops.ops, ops.inputs, ops.outputs, machine, options.fixed_fully_connected).build();
      built.programs.emplace_back();
      const auto failure = build_program(segment, machine, options.debug_map, options.effort, built.programs.back());
      if (!failure) continue;
      const int32_t op = segment.ops[static_cast<size_t>(failure->debug_op)].op;
      reasons[static_cast<size_t>(op)] = fmt::format("its smallest tile must fit the SRAM; it needs {} of {} bytes",
                                                     failure->bytes_needed, machine.sram_bytes);
      again = true;
      break;
    }
    if (!again) return built;
  }
}

std::vector<OpPlacement> placements(const graph::Subgraph& subgraph, const Partition& partition) {
  std::vector<OpPlacement> result;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    OpPlacement placement;
    placement.op = static_cast<int32_t>(i);
    placement.label = graph::op_label(subgraph, i);
    placement.kind = std::string(graph::op_info(subgraph.ops[i].kind).name);
    placement.on_accelerator = !partition.host_reason[i];
    placement.reason = partition.host_reason[i].value_or("");
    result.push_back(std::move(placement));
  }
  for (size_t s = 0; s < partition.segments.size(); ++s) {
    for (int32_t op : partition.segments[s].ops) result[static_cast<size_t>(op)].segment = static_cast<int32_t>(s);
  }
  return result;
}

void add_warnings(CompiledModel& compiled) {
  size_t accelerated = 0;
  for (const OpPlacement& op : compiled.ops) accelerated += op.on_accelerator;
  if (accelerated == 0) {
    compiled.warnings.push_back(
        fmt::format("0 of {} ops run on the accelerator; quantize the model to integers first (atoll quantize)",
                    compiled.ops.size()));
  }
}

}  // namespace

Result<CompiledModel> compile(const graph::Model& model, const isa::Machine& machine, const CompileOptions& options) {
  ATOLL_TRY(check_operators(model));
  if (machine.tiles() > 1) {
    return make_error(ErrorCode::kUnsupported,
                      "machine '{}' has a grid of {} x {} tiles; programs for more than one tile can't be made yet, "
                      "use a machine of 1 x 1",
                      machine.name, machine.grid_rows, machine.grid_columns);
  }
  Built built = build(model.main(), machine, options);
  CompiledModel compiled;
  compiled.ops = placements(model.main(), built.partition);
  for (BuiltProgram& program : built.programs) {
    compiled.estimated_cycles += program.cycles;
    compiled.cached_parameter_bytes += program.cached_parameter_bytes;
    compiled.streamed_parameter_bytes += program.streamed_parameter_bytes;
    compiled.programs.push_back(std::move(program.program));
  }
  compiled.model = replace_segments(model, built.partition, compiled.programs);
  add_warnings(compiled);
  return compiled;
}

}  // namespace atl::compiler

#include "tools/compile_report.h"

#include <algorithm>

#include "tools/table.h"

namespace atl::tools {
namespace {

int64_t accelerated_ops(const compiler::CompiledModel& compiled) {
  return std::count_if(compiled.ops.begin(), compiled.ops.end(), [](const auto& op) { return op.on_accelerator; });
}

Json op_json(const compiler::OpPlacement& op) {
  Json json{{"index", op.op},
            {"name", op.label},
            {"kind", op.kind},
            {"where", op.on_accelerator ? "accelerator" : "host"},
            {"reason", op.reason}};
  if (op.on_accelerator) json["segment"] = op.segment;
  return json;
}

Json segment_json(const compiler::CompiledModel& compiled, size_t index) {
  const isa::Program& program = compiled.programs[index];
  Json ops = Json::array();
  for (const compiler::OpPlacement& op : compiled.ops) {
    if (op.segment == static_cast<int32_t>(index)) ops.push_back(op.op);
  }
  return {{"index", index},
          {"ops", ops},
          {"instructions", program.main.size()},
          {"lane_programs", program.lane_programs.size()},
          {"constant_bytes", program.constants.size()},
          {"offchip_bytes", program.offchip_bytes},
          {"sram_peak_bytes", program.sram_peak_bytes}};
}

std::string op_table(const compiler::CompiledModel& compiled) {
  Table table("rllll", {"#", "operator", "where", "output", "reason"});
  for (const compiler::OpPlacement& op : compiled.ops) {
    // A label is "KIND #index 'name'": the table has kind and index in columns of their own.
    const size_t name = op.label.find(" '");
    table.add({fmt::format("{}", op.op), op.kind,
               op.on_accelerator ? fmt::format("segment {}", op.segment) : std::string("host"),
               name == std::string::npos ? "" : shortened(op.label.substr(name + 1)), op.reason});
  }
  return table.text("  ");
}

}  // namespace

Result<compiler::CompiledModel> compile_model(const std::string& path, const graph::Model& model,
                                              const isa::Machine& machine, const FcRequantFlag& fc_requant,
                                              int effort) {
  compiler::CompileOptions options;
  options.effort = effort;
  options.fixed_fully_connected = fc_requant.fixed();
  Result<compiler::CompiledModel> compiled = compiler::compile(model, machine, options);
  if (!compiled.ok()) return std::move(compiled).error().with_place(path);
  for (const std::string& warning : compiled->warnings) warn(fmt::format("{}: {}", path, warning));
  return compiled;
}

Json compile_json(const std::string& path, const std::string& output, const std::string& machine,
                  const compiler::CompiledModel& compiled) {
  Json json{{"model", path}, {"output", output}, {"machine", machine}};
  json["ops"] = Json::array();
  for (const compiler::OpPlacement& op : compiled.ops) json["ops"].push_back(op_json(op));
  json["accelerated_ops"] = accelerated_ops(compiled);
  json["segments"] = Json::array();
  for (size_t i = 0; i < compiled.programs.size(); ++i) json["segments"].push_back(segment_json(compiled, i));
  json["estimated_cycles"] = compiled.estimated_cycles;
  json["cached_parameter_bytes"] = compiled.cached_parameter_bytes;
  json["streamed_parameter_bytes"] = compiled.streamed_parameter_bytes;
  json["warnings"] = compiled.warnings;
  return json;
}

std::string compile_text(const std::string& path, const std::string& output, const std::string& machine,
                         const compiler::CompiledModel& compiled, bool show_ops) {
  const size_t segments = compiled.programs.size();
  std::string text =
      fmt::format("{}: {} of {} ops on the accelerator '{}', in {} segment{}\n", path, accelerated_ops(compiled),
                  compiled.ops.size(), machine, segments, segments == 1 ? "" : "s");
  if (show_ops) text += op_table(compiled);
  text += fmt::format("  {} cycles estimated; parameters: {} bytes cached on chip, {} streamed\n",
                      grouped(compiled.estimated_cycles), grouped(compiled.cached_parameter_bytes),
                      grouped(compiled.streamed_parameter_bytes));
  if (!output.empty()) text += fmt::format("  written to {}\n", output);
  return text;
}

}  // namespace atl::tools

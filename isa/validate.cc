#include <algorithm>

#include "isa/check_operation.h"
#include "isa/problem_list.h"
#include "isa/program.h"

namespace atl::isa {
namespace {

// ---- what needs no machine ----

void check_halt(const Code& code, const std::string& name, ProblemList& problems) {
  problems.set_place("program: " + name);
  if (!problems.require(!code.empty(), "it is empty; it must end with halt")) return;
  for (size_t i = 0; i < code.size(); ++i) {
    const bool is_halt = std::holds_alternative<Halt>(code[i].operation);
    if (i + 1 == code.size()) {
      problems.require(is_halt, "the last instruction is {} instead of halt", mnemonic_of(code[i].operation));
    } else {
      problems.require(!is_halt, "instruction {} is a halt before the end", i);
    }
  }
}

void check_masks(const Code& code, const std::string& name, ProblemList& problems) {
  for (size_t i = 0; i < code.size(); ++i) {
    problems.set_place(fmt::format("{}[{}] {}", name, i, mnemonic_of(code[i].operation)));
    problems.require(code[i].wait >> kUnits == 0 && code[i].signal >> kUnits == 0,
                     "wait or signal names a unit that does not exist");
    problems.require(unit_of(code[i].operation) != Unit::kControl || (code[i].wait == 0 && code[i].signal == 0),
                     "an instruction of the dispatcher can't wait or signal; use barrier");
  }
}

void check_bindings(const std::vector<Binding>& bindings, const std::string& kind, const Program& program,
                    ProblemList& problems) {
  for (size_t i = 0; i < bindings.size(); ++i) {
    const Binding& b = bindings[i];
    problems.set_place(fmt::format("{}[{}] '{}'", kind, i, b.name));
    problems.require(b.offchip >= program.constants.size() && b.offchip <= program.offchip_bytes &&
                         b.bytes <= program.offchip_bytes - b.offchip,
                     "{} bytes at {} are not inside off-chip memory behind the constants, {} .. {}", b.bytes, b.offchip,
                     program.constants.size(), program.offchip_bytes);
  }
}

void check_debug_map(const Program& program, ProblemList& problems) {
  const auto& of_instruction = program.debug_of_instruction;
  problems.set_place("program: debug map");
  problems.require(of_instruction.empty() || of_instruction.size() == program.main.size(),
                   "it has {} entries for {} instructions", of_instruction.size(), program.main.size());
  const auto ops = static_cast<int64_t>(program.debug_ops.size());
  for (size_t i = 0; i < of_instruction.size(); ++i) {
    problems.require(of_instruction[i] >= -1 && of_instruction[i] < ops, "entry {} names op {} of {}", i,
                     of_instruction[i], ops);
  }
}

void check_materialized(const Program& program, ProblemList& problems) {
  for (size_t i = 0; i < program.materialized.size(); ++i) {
    const Materialized& tensor = program.materialized[i];
    problems.set_place(fmt::format("materialized[{}] '{}'", i, tensor.name));
    for (const uint32_t writer : tensor.writers) {
      problems.require(writer < program.main.size(), "writer {} is not one of the {} instructions", writer,
                       program.main.size());
    }
    problems.require(
        tensor.in_sram ||
            (tensor.address <= program.offchip_bytes && tensor.bytes <= program.offchip_bytes - tensor.address),
        "{} bytes at {} are not inside the off-chip memory of {}", tensor.bytes, tensor.address, program.offchip_bytes);
  }
}

void check_lane_programs(const Program& program, ProblemList& problems) {
  problems.set_place("program");
  problems.require(program.lane_programs.size() <= kMaxLanePrograms, "it has {} lane programs, at most {} are allowed",
                   program.lane_programs.size(), kMaxLanePrograms);
  for (size_t i = 0; i < program.lane_programs.size(); ++i) {
    const Status status = check(program.lane_programs[i]);
    if (status.ok()) continue;
    problems.set_place(fmt::format("lane program {}", i));
    for (const std::string& message : status.error().messages()) problems.require(false, "{}", message);
  }
}

void check_whole(const Program& program, ProblemList& problems) {
  problems.set_place("program");
  problems.require(program.isa_version == kIsaVersion, "it is of ISA version {}, but this is version {}",
                   program.isa_version, kIsaVersion);
  problems.require(program.offchip_bytes <= kMaxOffchipBytes, "offchip_bytes = {}, at most {} are allowed",
                   program.offchip_bytes, kMaxOffchipBytes);
  problems.require(program.constants.size() <= program.offchip_bytes,
                   "offchip_bytes = {} don't hold the {} bytes of constants", program.offchip_bytes,
                   program.constants.size());
  const auto in_grid = [](int32_t count) { return count >= 1 && count <= kMaxGrid; };
  problems.require(in_grid(program.grid_rows) && in_grid(program.grid_columns),
                   "it is for {} x {} tiles, at most {} x {} are allowed", program.grid_rows, program.grid_columns,
                   kMaxGrid, kMaxGrid);
  check_halt(program.preload, "preload", problems);
  check_halt(program.main, "main", problems);
  check_masks(program.preload, "preload", problems);
  check_masks(program.main, "main", problems);
  check_lane_programs(program, problems);
  check_bindings(program.inputs, "input", program, problems);
  check_bindings(program.outputs, "output", program, problems);
  check_bindings(program.state, "state", program, problems);
  check_debug_map(program, problems);
  check_materialized(program, problems);
}

// ---- what needs one ----

void check_machine(const Program& program, const Machine& machine, ProblemList& problems) {
  problems.set_place("program");
  problems.require(
      program.functional_hash == machine.functional_hash(),
      "it was made for machine '{}' (functional hash {:016x}), but this is '{}' ({:016x}); compile for this machine",
      program.machine_name, program.functional_hash, machine.name, machine.functional_hash());
  problems.require(program.grid_rows == machine.grid_rows && program.grid_columns == machine.grid_columns,
                   "it is for {} x {} tiles, but the machine has {} x {}", program.grid_rows, program.grid_columns,
                   machine.grid_rows, machine.grid_columns);
  const auto sram = static_cast<uint64_t>(machine.sram_bytes);
  problems.require(program.sram_peak_bytes <= sram, "sram_peak_bytes = {}, but the SRAM has {}",
                   program.sram_peak_bytes, sram);
  for (size_t i = 0; i < program.materialized.size(); ++i) {
    const Materialized& tensor = program.materialized[i];
    problems.set_place(fmt::format("materialized[{}] '{}'", i, tensor.name));
    problems.require(!tensor.in_sram || (tensor.address <= sram && tensor.bytes <= sram - tensor.address),
                     "{} bytes at {} are not inside the SRAM of {}", tensor.bytes, tensor.address, sram);
  }
}

void check_code(const Code& code, const std::string& name, const Program& program, const Machine& machine,
                ProblemList& problems) {
  WindowOffsets windows(machine.tiles());
  for (size_t i = 0; i < code.size(); ++i) {
    problems.set_place(fmt::format("{}[{}] {}", name, i, mnemonic_of(code[i].operation)));
    check_operation(code[i].operation, program, machine, windows, problems);
  }
}

}  // namespace

Status check(const Program& program) {
  ProblemList problems;
  check_whole(program, problems);
  return std::move(problems).status();
}

Status validate(const Program& program, const Machine& machine) {
  ProblemList problems;
  check_whole(program, problems);
  check_machine(program, machine, problems);
  if (problems.count() > 0) return std::move(problems).status();  // lane programs are looked into below
  check_code(program.preload, "preload", program, machine, problems);
  check_code(program.main, "main", program, machine, problems);
  return std::move(problems).status();
}

}  // namespace atl::isa

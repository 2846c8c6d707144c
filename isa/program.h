// Programs: what the compiler makes of one accelerator segment of a model, and the simulator runs.
//
// Off-chip memory of a program, one flat space of offchip_bytes: constants at address 0 (the bytes of `constants`),
// then inputs, outputs, persistent state and spilled tensors wherever the bindings and the code say. Execution: once,
// cold, the preload code (loads cached parameters into SRAM, which keep their place); then the main code for every
// inference. Both end in halt. The container's format is program.fbs; encode() is deterministic.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "isa/machine.h"

namespace atl::isa {

// The custom operator that carries an encoded program in a compiled model's custom options.
inline constexpr std::string_view kProgramOpName = "atoll-program";

// An input, output or state buffer in off-chip memory, dense, in the tensor's own type and order.
struct Binding {
  std::string name;      // the tensor's name in the model
  int32_t tensor = -1;   // its index in the model's subgraph
  uint64_t offchip = 0;  // address, behind the constants
  uint64_t bytes = 0;

  bool operator==(const Binding&) const = default;
};

// Where a tensor can be read while the program runs: after all `writers` have executed, before any later instruction
// overwrites it. The tensor is dense at `address` if in SRAM or off-chip memory.
struct Materialized {
  std::string name;
  int32_t tensor = -1;
  bool in_sram = true;
  uint64_t address = 0;
  uint64_t bytes = 0;
  std::vector<uint32_t> writers;  // indices of main instructions

  bool operator==(const Materialized&) const = default;
};

// What an op of the model became: instructions of the main code by index, for reports.
struct DebugOp {
  int32_t op = -1;    // index in the model's subgraph
  std::string label;  // "CONV_2D #3 'name'"
  uint64_t macs = 0;  // multiply-accumulates of the op as the model states it
  // The least work of each resource that the op needs on the program's machine, for the lower bounds of
  // docs/architecture.md.
  uint64_t array_cycles = 0, vector_cycles = 0, offchip_bytes = 0;
  // Work besides that either of the two can do, and any share of it each: cycles if one does it all.
  uint64_t on_array_cycles = 0, on_vector_cycles = 0;

  bool operator==(const DebugOp&) const = default;
};

struct Program {
  uint32_t isa_version = kIsaVersion;
  std::string machine_name;
  uint64_t functional_hash = 0, timing_hash = 0;
  int32_t grid_rows = 1, grid_columns = 1;

  std::vector<uint8_t> constants;
  uint64_t offchip_bytes = 0;    // constants.size() .. kMaxOffchipBytes
  uint64_t sram_peak_bytes = 0;  // highest SRAM byte used + 1
  Code preload, main;
  std::vector<LaneProgram> lane_programs;
  std::vector<Binding> inputs, outputs, state;

  // Debug map: optional.
  std::vector<DebugOp> debug_ops;
  std::vector<int32_t> debug_of_instruction;  // for each main instruction: index in debug_ops, or -1
  std::vector<Materialized> materialized;

  bool operator==(const Program&) const = default;
};

std::vector<uint8_t> encode(const Program& program);
// kInvalid for anything that is not a whole, well-formed program of this ISA version; check() included.
Result<Program> decode_program(std::span<const uint8_t> bytes);

// Limits that keep one instruction's work, and so every cycle count, inside 64 bits, and memory bounded.
inline constexpr int64_t kMaxWork = int64_t{1} << 32;  // bytes of a DMA, steps of a loop nest, products of a column
inline constexpr int64_t kMaxContraction = int64_t{1} << 20;  // kernel_height * kernel_width * channels
inline constexpr uint64_t kMaxOffchipBytes = uint64_t{1} << 32;
inline constexpr size_t kMaxLanePrograms = 1 << 16;

// What can be told without a machine: halt at the end of both codes and nowhere else, lane programs, bindings inside
// off-chip memory behind the constants, debug map and materialized tensors that name what exists. kInvalid as below.
Status check(const Program& program);

// What the simulator takes for granted of a program on a machine: check(), the functional hash and grid match (the
// timing hash need not: a machine of other timing runs the same program), every field in its range for the machine,
// SRAM, off-chip, accumulator and table addresses inside their memories. Semaphores are not looked at:
// simulate_timeline (isa/timing) finds deadlocks. kInvalid with every problem (20 in full): the instruction's index,
// mnemonic, field, value and bound.
Status validate(const Program& program, const Machine& machine);

}  // namespace atl::isa

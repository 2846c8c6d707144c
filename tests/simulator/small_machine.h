// A machine and a program to write tests on by hand.
#pragma once

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "simulator/simulator.h"

namespace atl::simulator {

inline isa::Machine small_machine() {
  isa::Machine machine;
  machine.name = "small";
  machine.rows = machine.columns = 4;
  machine.lanes = 4;
  machine.accumulator_rows = 16;
  machine.sram_bytes = 1024;
  machine.clock_hz = 100'000'000;
  machine.sram_banks = 2;
  machine.sram_bank_bytes_per_cycle = 4;
  machine.offchip_bytes_per_cycle = 2;
  machine.offchip_latency_ns = 100;
  machine.offchip_burst_bytes = 16;
  machine.queue_depth = 2;
  machine.host_macs_per_second = machine.host_bytes_per_second = 1e9;
  return machine;
}

// 16 bytes of input at 0, 16 of output at 16; no instruction but halt.
inline isa::Program small_program(const isa::Machine& machine) {
  isa::Program program;
  program.machine_name = machine.name;
  program.functional_hash = machine.functional_hash();
  program.timing_hash = machine.timing_hash();
  program.grid_rows = machine.grid_rows;
  program.grid_columns = machine.grid_columns;
  program.offchip_bytes = 64;
  program.sram_peak_bytes = 1024;
  program.inputs = {{"in", 0, 0, 16}};
  program.outputs = {{"out", 1, 16, 16}};
  program.preload = program.main = {{isa::Halt{}}};
  return program;
}

inline isa::DmaLoad load(uint64_t offchip, uint32_t sram, uint32_t bytes) {
  isa::DmaLoad dma;
  dma.offchip = offchip;
  dma.sram = sram;
  dma.run_bytes = bytes;
  dma.count1 = dma.count2 = 1;
  return dma;
}

inline isa::DmaStore store(uint32_t sram, uint64_t offchip, uint32_t bytes) {
  isa::DmaStore dma;
  dma.offchip = offchip;
  dma.sram = sram;
  dma.run_bytes = bytes;
  dma.count1 = dma.count2 = 1;
  return dma;
}

// int8 elements `from` .. through lane program `program` to `to` ...
inline isa::Vector elementwise(uint16_t program, uint32_t from, uint32_t to, uint32_t count) {
  isa::Vector op;
  op.program = program;
  op.n0 = op.n1 = op.n2 = op.k0 = op.k1 = op.k2 = 1;
  op.n3 = count;
  op.inputs = 1;
  op.in0 = from;
  op.out = to;
  op.in0_s3 = op.out_s3 = 1;
  return op;
}

inline constexpr isa::UnitMask kFromLoad = isa::unit_bit(isa::Unit::kDmaLoad),
                               kFromStore = isa::unit_bit(isa::Unit::kDmaStore),
                               kFromWeights = isa::unit_bit(isa::Unit::kWeights),
                               kFromArray = isa::unit_bit(isa::Unit::kArray),
                               kFromOutput = isa::unit_bit(isa::Unit::kOutput),
                               kFromVector = isa::unit_bit(isa::Unit::kVector);
inline constexpr isa::UnitMask kToLoad = kFromLoad, kToStore = kFromStore, kToWeights = kFromWeights,
                               kToArray = kFromArray, kToOutput = kFromOutput, kToVector = kFromVector;

inline constexpr Fidelity kBoth[] = {Fidelity::kFast, Fidelity::kCycle};

inline Simulator make(const isa::Program& program, const isa::Machine& machine) {
  Result<Simulator> simulator = Simulator::create(program, machine);
  INFO((simulator.ok() ? "" : simulator.error().text()));
  REQUIRE(simulator.ok());
  return std::move(simulator).value();
}

inline Bytes counting(size_t count, uint8_t first = 1) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

// in + 1 -> out, by way of SRAM 100 and 200.
inline isa::Program add_one_program(const isa::Machine& machine) {
  isa::Program program = small_program(machine);
  program.lane_programs = {{{{isa::LaneOp::kAdd, 0, 0, isa::kImmediate, 0, 1}}, {}}};
  program.main = {{load(0, 100, 16), 0, kToVector},
                  {elementwise(0, 100, 200, 16), kFromLoad, kToStore},
                  {store(200, 16, 16), kFromVector, 0},
                  {isa::Halt{}}};
  return program;
}

}  // namespace atl::simulator

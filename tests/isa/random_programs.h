// Random machines and programs for the tests of timing: small, so that every kind of waiting happens often.
#pragma once

#include <random>
#include <vector>

#include "isa/instruction.h"
#include "isa/lane_program.h"
#include "isa/machine.h"

namespace atl::isa {

class RandomPrograms {
 public:
  explicit RandomPrograms(uint32_t seed) : random_(seed) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  Machine machine() {
    Machine m;
    m.name = "random";
    m.rows = pick(1, 6);
    m.columns = pick(1, 6);
    m.lanes = pick(1, 5);
    m.accumulator_rows = 64;
    m.sram_bytes = 8192;
    m.clock_hz = 100'000'000;
    m.sram_banks = pick(1, 4);
    m.sram_bank_bytes_per_cycle = 1 << pick(0, 3);
    m.offchip_bytes_per_cycle = pick(1, static_cast<int>(std::min<int64_t>(m.sram_bandwidth(), 6)));
    m.offchip_latency_ns = 10 * pick(0, 15);
    m.offchip_burst_bytes = pick(1, 16);
    m.queue_depth = pick(1, 4);
    return m;
  }

  std::vector<LaneProgram> lane_programs() {
    LaneProgram plain, with_tail;
    plain.body.resize(static_cast<size_t>(pick(0, 3)));
    with_tail.body.resize(static_cast<size_t>(pick(0, 2)));
    with_tail.tail.resize(static_cast<size_t>(pick(0, 2)));
    if (chance(30)) plain.body.push_back({LaneOp::kLookupByte, 0, 0, kImmediate, static_cast<uint8_t>(pick(0, 1)), 0});
    return {plain, with_tail};
  }

  // `length` instructions and halt. Waits and signals come from pairs of an earlier and a later instruction, so they
  // alone never block; weight tiles and full queues still may. `mistakes`: a wait or signal too many now and then.
  Code code(const Machine& m, int length, bool mistakes) {
    Code code;
    int missing_tiles = 0;  // that matmuls before this have yet to be given
    for (int i = 0; i < length; ++i) code.push_back({operation(m, missing_tiles)});
    if (missing_tiles > 0) code.push_back({matmul(m, missing_tiles)});
    add_semaphores(code);
    if (mistakes && chance(60)) {
      Instruction& wrong = code[static_cast<size_t>(pick(0, static_cast<int>(code.size()) - 1))];
      const auto bit = static_cast<UnitMask>(1 << pick(0, kUnits - 1));
      if (unit_of(wrong.operation) != Unit::kControl) (chance(50) ? wrong.wait : wrong.signal) ^= bit;
    }
    code.push_back({Halt{}});
    return code;
  }

 private:
  // Loads come before the matmul that takes their tiles.
  Operation operation(const Machine& m, int& loaded_tiles) {
    switch (pick(0, 11)) {
      case 0:
      case 1: return dma<DmaLoad>();
      case 2:
      case 3: return dma<DmaStore>();
      case 4:
      case 5: {
        LoadWeights op;
        op.tiles = static_cast<u16>(chance(70) ? 1 : pick(2, 3));
        op.rows = static_cast<u16>(pick(1, m.rows));
        op.last_rows = static_cast<u16>(pick(1, op.rows));
        op.columns = static_cast<u16>(pick(1, m.columns));
        op.diagonal = chance(20);
        op.depth_multiplier = static_cast<u16>(op.diagonal ? pick(1, 3) : 0);
        loaded_tiles += op.tiles;
        return op;
      }
      case 6:
      case 7: {
        if (loaded_tiles == 0) return vector();
        const int tiles = chance(80) ? loaded_tiles : pick(1, loaded_tiles);
        loaded_tiles -= tiles;
        return matmul(m, tiles);
      }
      case 8:
      case 9: {
        Requantize op;
        op.columns = static_cast<u16>(pick(1, m.columns));
        op.height = static_cast<u16>(pick(1, 3));
        op.width = static_cast<u16>(pick(1, 3));
        op.use_table = chance(10);
        if (!op.use_table && chance(30)) op.mode = static_cast<u8>(pick(2, kRequantizeModes - 1));
        return op;
      }
      case 10:
        if (chance(30)) return depthwise(m);
        return chance(30) ? Operation(Barrier{}) : chance(30) ? Operation(TileWindow{}) : vector();
      default: return vector();
    }
  }

  template <typename Dma>
  Operation dma() {
    Dma op;
    op.run_bytes = static_cast<u32>(pick(1, 40));
    op.count1 = static_cast<u32>(pick(1, 3));
    op.count2 = static_cast<u32>(pick(1, 2));
    return op;
  }

  // A matmul of exactly `tiles` contraction tiles.
  Operation matmul(const Machine& m, int tiles) {
    Matmul op;
    op.rows = static_cast<u16>(pick(1, m.rows));
    const int elements = (tiles - 1) * op.rows + pick(1, op.rows);
    op.kernel_height = op.kernel_width = 1;
    (chance(50) && elements < 60 ? op.kernel_width : op.kernel_height) = static_cast<u16>(elements);
    op.channels = 1;
    if (elements % 2 == 0 && chance(50)) {
      op.channels = static_cast<u32>(elements / 2);
      op.kernel_height = op.kernel_width = 1;
      op.kernel_width = 2;
    }
    op.is_16bit = chance(30);
    op.pixel_stride = (op.is_16bit ? 2 : 1) * (chance(50) ? op.channels : op.channels + 1);
    op.dilation_x = op.dilation_y = static_cast<u16>(pick(1, 2));
    op.height = static_cast<u16>(pick(1, 3));
    op.width = static_cast<u16>(pick(1, 4));
    op.columns = static_cast<u16>(pick(1, m.columns));
    return op;
  }

  Operation depthwise(const Machine& m) {
    Depthwise op;
    op.kernel_height = static_cast<u16>(pick(1, 2));
    op.kernel_width = static_cast<u16>(pick(1, 3));
    op.columns = static_cast<u16>(pick(1, m.columns));
    op.depth_multiplier = static_cast<u16>(pick(1, 2));
    op.is_16bit = chance(30);
    op.height = static_cast<u16>(pick(1, 3));
    op.width = static_cast<u16>(pick(1, 4));
    return op;
  }

  Operation vector() {
    Vector op;
    op.n0 = 1;
    op.n1 = static_cast<u32>(pick(1, 2));
    op.n2 = static_cast<u32>(pick(1, 3));
    op.n3 = static_cast<u32>(pick(1, 5));
    op.k0 = op.k1 = op.k2 = 1;
    op.inputs = static_cast<u8>(pick(0, 3));
    op.out_type = static_cast<u8>(pick(0, 3));
    op.out_s3 = pick(0, 2);
    op.in0_s3 = pick(-1, 4);
    op.in1_s3 = 1;
    if (chance(40)) {
      op.program = 1;
      op.reduce = static_cast<u8>(pick(1, 3));
      op.across_lanes = chance(50);
      op.k1 = static_cast<u32>(pick(1, 3));
      op.k2 = static_cast<u32>(pick(1, 3));
      op.in0_r2 = pick(0, 1);
      op.in1_r1 = pick(0, 1);
    }
    return op;
  }

  void add_semaphores(Code& code) {
    const int edges = pick(0, static_cast<int>(code.size()));
    for (int e = 0; e < edges; ++e) {
      const int to = pick(1, static_cast<int>(code.size()) - 1);
      const int from = pick(std::max(0, to - 8), to - 1);
      Instruction& source = code[static_cast<size_t>(from)];
      Instruction& target = code[static_cast<size_t>(to)];
      const Unit u = unit_of(source.operation), v = unit_of(target.operation);
      if (u == Unit::kControl || v == Unit::kControl) continue;
      if ((source.signal & unit_bit(v)) || (target.wait & unit_bit(u))) continue;
      source.signal = static_cast<UnitMask>(source.signal | unit_bit(v));
      target.wait = static_cast<UnitMask>(target.wait | unit_bit(u));
    }
  }

  std::mt19937 random_;
};

}  // namespace atl::isa

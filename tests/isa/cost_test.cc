// docs/timing.md section 3, worked by hand.
#include "isa/timing/cost.h"

#include <catch2/catch.hpp>

#include "tests/isa/sample_program.h"

using namespace atl;
using namespace atl::isa;
using namespace atl::isa::timing;

namespace {

using Phases = std::vector<Phase>;

Machine edge() { return *load_machine("edge"); }

// Phases one by one, as (cycles, bytes).
std::vector<std::pair<int64_t, int64_t>> expanded(const Cost& cost) {
  std::vector<std::pair<int64_t, int64_t>> all;
  for (PhaseCursor at(cost); !at.done(); at.next()) all.emplace_back(at.phase().cycles, at.phase().sram_bytes);
  return all;
}

// A vector instruction of n3 outputs from one int8 input.
Vector elementwise(uint32_t count) {
  Vector op;
  op.n0 = op.n1 = op.n2 = op.k0 = op.k1 = op.k2 = 1;
  op.n3 = count;
  op.inputs = 1;
  op.in0_s3 = op.out_s3 = 1;
  return op;
}

LaneProgram body_of(size_t primitives, size_t tail = 0) {
  return {std::vector<Primitive>(primitives), std::vector<Primitive>(tail)};
}

Phase last_phase(const Vector& op, const LaneProgram& program, const Machine& machine) {
  return cost(op, machine, {program}).phases.back();
}

}  // namespace

TEST_CASE("control instructions cost nothing") {
  for (const Operation& op : {Operation(Halt{}), Operation(Barrier{}), Operation(TileWindow{})}) {
    CHECK(cost(op, tiny(), {}).phases.empty());
    CHECK(cost(op, tiny(), {}).cycles() == 0);
    CHECK(PhaseCursor(cost(op, tiny(), {})).done());
  }
}

TEST_CASE("dma: bursts of each run, the last one shorter") {
  DmaLoad op;
  op.run_bytes = 37;
  op.count1 = 2;
  op.count2 = 1;
  // tiny: bursts of 16 at 2 bytes a cycle: 8 + 8 + 3 cycles a run.
  const Cost two_runs = cost(op, tiny(), {});
  CHECK(expanded(two_runs) == std::vector<std::pair<int64_t, int64_t>>{{8, 2}, {8, 2}, {3, 2}, {8, 2}, {8, 2}, {3, 2}});
  CHECK(two_runs.cycles() == 38);
  CHECK(two_runs.phase_count() == 6);
  CHECK(two_runs.latency == 10);
  CHECK(dma_cycles(37, 2, tiny()) == 38);
  // Equal bursts are kept as one entry, however many there are.
  op.run_bytes = 5;
  op.count1 = 1 << 20;
  CHECK(cost(op, tiny(), {}).phases == Phases{{3, 2, 1 << 20}});
  op.run_bytes = 1 << 20;
  op.count1 = 3;
  CHECK(cost(op, tiny(), {}).phases == Phases{{8, 2, 3 << 16}});
  CHECK(cost(op, edge(), {}).latency == 48);
}

TEST_CASE("dma on several tiles: the whole list once for each") {
  Machine machine = tiny();
  machine.grid_columns = 3;
  DmaStore op;
  op.run_bytes = 18;
  op.count1 = op.count2 = 1;
  CHECK(expanded(cost(op, machine, {})) ==
        std::vector<std::pair<int64_t, int64_t>>{{8, 2}, {1, 2}, {8, 2}, {1, 2}, {8, 2}, {1, 2}});
}

TEST_CASE("load_weights: a row a cycle") {
  LoadWeights op;
  op.tiles = 3;
  op.rows = 40;
  op.last_rows = 7;
  op.columns = 33;
  // 33 columns are two words of 32 bytes.
  CHECK(cost(op, edge(), {}).phases == Phases{{40, 64, 2}, {7, 64, 1}});
  CHECK(cost(op, edge(), {}).latency == 0);
  op.diagonal = true;
  op.last_rows = 40;
  op.depth_multiplier = 1;
  CHECK(cost(op, edge(), {}).phases == Phases{{40, 32, 3}});
  op.depth_multiplier = 33;
  CHECK(cost(op, edge(), {}).phases == Phases{{40, 64, 3}});
}

TEST_CASE("a demand above the bandwidth is stretched") {
  Machine machine = tiny();  // 8 bytes a cycle, words of 4
  machine.columns = 64;
  LoadWeights op;
  op.tiles = 1;
  op.rows = op.last_rows = 3;
  op.columns = 9;
  CHECK(cost(op, machine, {}).phases == Phases{{5, 8, 1}});  // 3 x 12 bytes in ceil(36 / 8) cycles
}

TEST_CASE("matmul: the words of each row's runs") {
  Matmul op = sample_matmul();  // 3 x 3 kernel of 1 channel, tiles of 4, 9 pixels; words of 4 bytes
  // Runs are kernel rows of 3 elements: tile 0 = row 0 and one of row 1, tile 1 = two and two, tile 2 = one element.
  CHECK(cost(op, tiny(), {}).phases == Phases{{9, 8, 2}, {9, 4, 1}});
  CHECK(cost(op, tiny(), {}).latency == 6);
  // With dilation every tap is a run of its own: 4 words of 4 bytes, twice what the SRAM gives.
  op.dilation_x = 2;
  CHECK(cost(op, tiny(), {}).phases == Phases{{18, 8, 2}, {9, 4, 1}});
  // Pixels that are not dense: the same.
  op.dilation_x = 1;
  op.pixel_stride = 2;
  CHECK(cost(op, tiny(), {}).phases == Phases{{18, 8, 2}, {9, 4, 1}});
  // edge: 3 taps of 96 channels in tiles of 64: 64 | 32 + 32 | 64 | 32 + 32 (dilated, so taps are runs) ...
  Matmul wide = op;
  wide.dilation_x = 2;
  wide.kernel_height = 1;
  wide.channels = wide.pixel_stride = 96;
  wide.rows = 60;  // 60 | 36 + 24 | 60 | 12 + 48 | 48: 64 | 64 + 32 | 64 | 32 + 64 | 64
  CHECK(cost(wide, edge(), {}).phases == Phases{{9, 64, 1}, {9, 96, 1}, {9, 64, 1}, {9, 96, 1}, {9, 64, 1}});
  CHECK(cost(wide, edge(), {}).latency == 62);
}

TEST_CASE("matmul of 16 bits: two passes of every pixel, which share its bytes") {
  Matmul op = sample_matmul();
  op.is_16bit = true;
  // Pixels of one byte, so no kernel row is dense: 4 words of 4 bytes a pixel, 8 a cycle, and one of 4.
  CHECK(cost(op, tiny(), {}).phases == Phases{{18, 8, 2}, {18, 2, 1}});
  CHECK(cost(op, tiny(), {}).latency == 6);
  // Dense: tiles of 4 elements, kernel rows of 3: 6 + 2 | 4 + 4 | 2 bytes, in words 8 + 4 | 4 + 4 | 4.
  op.pixel_stride = 2;
  CHECK(cost(op, tiny(), {}).phases == Phases{{18, 6, 1}, {18, 4, 1}, {18, 2, 1}});
  Matmul wide = op;
  wide.kernel_height = wide.kernel_width = 1;
  wide.channels = 100;
  wide.pixel_stride = 200;
  wide.rows = 64;  // 128 bytes of words of 32, then 72
  CHECK(cost(wide, edge(), {}).phases == Phases{{18, 64, 1}, {18, 48, 1}});
}

TEST_CASE("depthwise: a tap a cycle for every lane, the input once a tap, weights with every step") {
  Depthwise op;
  op.kernel_height = op.kernel_width = 3;
  op.columns = 64;
  op.depth_multiplier = 1;
  op.height = 7;
  op.width = 5;
  // 35 pixels of 64 channels on 128 lanes: 18 steps; a tap moves 35 x 64 + 18 x 64 bytes, 188.4 a step.
  CHECK(cost(op, edge(), {}).phases == Phases{{9 * 18, 189, 1}});
  CHECK(cost(op, edge(), {}).latency == 4);
  // 33 columns of 17 channels: words of 32 bytes make that 32 a pixel and 64 a step; 10 steps.
  op.columns = 33;
  op.depth_multiplier = 2;
  CHECK(cost(op, edge(), {}).phases == Phases{{9 * 10, 35 * 32 / 10 + 64, 1}});
  // tiny: 4 lanes, 8 bytes a cycle, words of 4: 9 pixels of 3 channels are 7 steps, 9 x 4 + 7 x 4 bytes.
  op.columns = 3;
  op.depth_multiplier = 1;
  op.height = op.width = 3;
  CHECK(cost(op, tiny(), {}).phases == Phases{{79, 8, 1}});  // 63 steps of 10 bytes, stretched to 8
  op.columns = 4;
  op.height = 1;
  CHECK(cost(op, tiny(), {}).phases == Phases{{27, 8, 1}});
  // 16 bits: 3 steps of 3 pixels of 8 bytes and 3 x 4 of weights, 12 a step, stretched to 8.
  op.is_16bit = true;
  CHECK(cost(op, tiny(), {}).phases == Phases{{41, 8, 1}});
}

TEST_CASE("requantize: parameters, table, pixels") {
  Requantize op = sample_requantize();
  CHECK(cost(op, tiny(), {}).phases == Phases{{12, 4, 1}, {64, 4, 1}, {9, 4, 1}});
  CHECK(cost(op, tiny(), {}).latency == 8);
  op.use_table = false;
  op.columns = 64;
  CHECK(cost(op, edge(), {}).phases == Phases{{12, 64, 1}, {9, 64, 1}});
  // Pairs: a row of accumulators a cycle, 16 bytes of parameters a column.
  op.mode = static_cast<u8>(RequantizeMode::kLongPair);
  CHECK(cost(op, edge(), {}).phases == Phases{{16, 64, 1}, {18, 64, 1}});
  op.columns = 3;  // 6 bytes in a word of 32, over two cycles
  CHECK(cost(op, edge(), {}).phases == Phases{{16, 32, 1}, {18, 16, 1}});
  CHECK(cost(op, edge(), {}).latency == 8);
}

TEST_CASE("vector without reduction: lanes take elements, a primitive a cycle") {
  const Machine machine = edge();  // 128 lanes, words of 32 bytes, 512 bytes a cycle
  CHECK(last_phase(elementwise(1000), body_of(5), machine) == Phase{40, 52, 1});  // 1024 + 1024 bytes in 40 cycles
  CHECK(last_phase(elementwise(1000), body_of(0), machine) == Phase{8, 256, 1});  // a copy
  CHECK(cost(elementwise(1), machine, {body_of(0)}).latency == 4);
  Vector op = elementwise(1000);
  op.inputs = 0;
  CHECK(last_phase(op, body_of(1), machine) == Phase{8, 128, 1});
}

TEST_CASE("vector traffic: runs grow over dense extents, a broadcast costs a word") {
  const Machine machine = edge();
  Vector op = elementwise(8);
  op.n2 = 4;
  op.n1 = 2;
  op.out_s2 = 8;    // dense with n3: 32 bytes
  op.out_s1 = 100;  // not dense with n2: two runs of 32 bytes
  op.in0_s3 = 0;    // broadcast over n3: 8 words
  // 64 + 256 bytes in one cycle of 64 lanes.
  CHECK(last_phase(op, body_of(1), machine) == Phase{1, 320, 1});
  op.in0_s3 = 2;                                                   // every second byte: 64 words, stretched
  CHECK(last_phase(op, body_of(1), machine) == Phase{5, 512, 1});  // 64 + 2048 = 2112 bytes
  op.in0_type = static_cast<u8>(LaneType::kInt16);                 // now dense over n3: 8 runs of 16 bytes, a word each
  CHECK(last_phase(op, body_of(1), machine) == Phase{1, 320, 1});
  op.in0_s3 = -2;  // backwards is not dense
  CHECK(last_phase(op, body_of(1), machine) == Phase{5, 512, 1});
  // int32 on words of 2 bytes: a broadcast still moves the whole element.
  Machine narrow = tiny();
  narrow.sram_bank_bytes_per_cycle = 2;
  Vector broadcast = elementwise(4);
  broadcast.in0_type = static_cast<u8>(LaneType::kInt32);
  broadcast.in0_s3 = 0;
  CHECK(last_phase(broadcast, body_of(2), narrow) == Phase{2, 4, 1});  // 4 + 4 bytes in 2 cycles
}

TEST_CASE("vector with reduction, lanes over outputs") {
  const Machine machine = edge();
  Vector op = elementwise(200);
  op.reduce = static_cast<u8>(Reduce::kMax);
  op.k2 = 9;
  op.in0_r2 = 500;
  // 2 x (9 x (1 + 1) + 3) = 42 cycles; output 224 bytes (7 words), input 9 x 224.
  CHECK(last_phase(op, body_of(1, 3), machine) == Phase{42, (224 + 9 * 224 + 41) / 42, 1});
  // An input that the reduction does not move counts once.
  op.in0_r2 = 0;
  CHECK(last_phase(op, body_of(1, 3), machine) == Phase{42, (224 + 224 + 41) / 42, 1});
  // No body: a step is the combining alone.
  op.in0_r2 = 500;
  CHECK(last_phase(op, body_of(0, 0), machine).cycles == 18);
}

TEST_CASE("vector with reduction across lanes") {
  const Machine machine = edge();
  Vector op = elementwise(10);
  op.reduce = static_cast<u8>(Reduce::kAdd);
  op.across_lanes = true;
  op.k2 = 300;
  op.in0_r2 = 1;
  op.in0_s3 = 300;
  // 10 x (3 x (1 + 1) + log2(128) + 2) = 150 cycles; output 32 bytes, input 10 x 320.
  CHECK(last_phase(op, body_of(1, 2), machine) == Phase{150, (32 + 3200 + 149) / 150, 1});
  op.k2 = 5;  // 10 x (1 x 2 + ceil(log2 5) + 2) = 70
  CHECK(last_phase(op, body_of(1, 2), machine) == Phase{70, (32 + 320 + 69) / 70, 1});
  op.k2 = 1;  // log2(1) = 0
  CHECK(last_phase(op, body_of(1, 2), machine).cycles == 40);
}

TEST_CASE("vector tables are loaded first, as wide as the lanes") {
  const LaneProgram both = {{{LaneOp::kLookup, 0, 0, kImmediate, 0, 0}, {LaneOp::kLookupByte, 0, 0, kImmediate, 1, 0}},
                            {}};
  const Cost on_edge = cost(elementwise(1), edge(), {both});
  CHECK(on_edge.phases == Phases{{2, 512, 1}, {1, 512, 1}, {2, 32, 1}});
  const Cost on_tiny = cost(elementwise(1), tiny(), {both});  // 16 bytes a cycle wanted, 8 given
  CHECK(on_tiny.phases == Phases{{128, 8, 1}, {32, 8, 1}, {2, 4, 1}});
}

TEST_CASE("the cursor walks phases, counts and repeats") {
  const Cost cost{{{1, 2, 3}, {4, 5, 1}}, 2, 0};
  PhaseCursor at(cost);
  CHECK(at.equal_ahead() == 3);
  at.skip(2);
  CHECK(at.equal_ahead() == 1);
  at.next();
  CHECK(at.phase().cycles == 4);
  at.next();
  CHECK(at.phase().cycles == 1);
  at.skip(3);
  CHECK(!at.done());
  at.next();
  CHECK(at.done());
  CHECK(cost.cycles() == 14);
  CHECK(cost.phase_count() == 8);
}

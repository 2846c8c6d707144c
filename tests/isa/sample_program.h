// A small whole program for `tiny` with something in every part of it.
#pragma once

#include "isa/program.h"

namespace atl::isa {

inline Machine tiny() { return *load_machine("tiny"); }

inline DmaLoad sample_load() {
  DmaLoad op;
  op.offchip = 64;
  op.sram = 0x100;
  op.run_bytes = 16;
  op.count1 = 2;
  op.count2 = 1;
  op.offchip_stride1 = 16;
  op.sram_stride1 = 32;
  return op;
}

inline LoadWeights sample_weights() {
  LoadWeights op;
  op.tiles = 3;
  op.tile_stride = 16;
  op.rows = 4;
  op.last_rows = 1;
  op.columns = 3;
  return op;
}

// 3 x 3 input pixels of 1 channel, a 3 x 3 kernel with padding 1: 9 contraction elements, 3 tiles.
inline Matmul sample_matmul() {
  Matmul op;
  op.sram = 0x100;
  op.row_stride = 3;
  op.pixel_stride = 1;
  op.input_height = op.input_width = 3;
  op.origin_y = op.origin_x = -1;
  op.stride_y = op.stride_x = op.dilation_y = op.dilation_x = 1;
  op.kernel_height = op.kernel_width = 3;
  op.channels = 1;
  op.rows = 4;
  op.columns = 3;
  op.height = op.width = 3;
  op.accumulator = 10;
  return op;
}

// The same walk on the lanes.
inline Depthwise sample_depthwise() {
  const Matmul like = sample_matmul();
  Depthwise op;
  op.sram = like.sram;
  op.row_stride = like.row_stride;
  op.pixel_stride = like.pixel_stride;
  op.input_height = op.input_width = 3;
  op.origin_y = op.origin_x = -1;
  op.stride_y = op.stride_x = op.dilation_y = op.dilation_x = 1;
  op.kernel_height = op.kernel_width = 3;
  op.columns = 1;
  op.depth_multiplier = 1;
  op.weights = 0x180;
  op.height = op.width = 3;
  op.accumulator = like.accumulator;
  return op;
}

inline Requantize sample_requantize() {
  Requantize op;
  op.accumulator = 10;
  op.columns = 3;
  op.height = op.width = 3;
  op.sram = 0x400;
  op.row_stride = 9;
  op.pixel_stride = 3;
  op.parameters = 0x800;
  op.minimum = -128;
  op.maximum = 127;
  op.use_table = true;
  op.table = 0x1000;
  return op;
}

inline Vector sample_vector() {
  Vector op;
  op.program = 1;
  op.reduce = static_cast<u8>(Reduce::kAdd);
  op.n0 = op.n1 = op.n2 = op.k0 = op.k1 = 1;
  op.n3 = 27;
  op.k2 = 2;
  op.inputs = 1;
  op.in0 = 0x41a;
  op.in0_s3 = -1;
  op.in0_r2 = 1;
  op.out = 0x500;
  op.out_s3 = 1;
  op.table0 = 0x600;
  return op;
}

inline Program sample_program() {
  Program p;
  const Machine machine = tiny();
  p.machine_name = machine.name;
  p.functional_hash = machine.functional_hash();
  p.timing_hash = machine.timing_hash();
  for (int i = 0; i < 50; ++i) p.constants.push_back(static_cast<uint8_t>(i * 37));
  p.offchip_bytes = 128;
  p.sram_peak_bytes = 0x1200;
  p.lane_programs = {{{{LaneOp::kMaximum, 0, 0, kImmediate, 0, -3}}, {}},
                     {{{LaneOp::kLookup, 0, 0, kImmediate, 0, 0}, {LaneOp::kMultiplyShift, 3, 0, 0, 31, 0}},
                      {{LaneOp::kSelect, 0, 1, 2, 0, 0}, {LaneOp::kMove, 5, 0, 4, 0, 0}}}};
  p.inputs = {{"x \"quoted\" # = \\", 0, 64, 32}};
  p.outputs = {{"y\n\x01", 7, 96, 32}};
  p.state = {{"", -1, 128, 0}};
  const auto bit = [](Unit unit) { return unit_bit(unit); };
  p.preload = {{Barrier{}}, {Halt{}}};
  DmaStore store;
  store.offchip = 96;
  store.sram = 0x500;
  store.run_bytes = 27;
  store.count1 = store.count2 = 1;
  p.main = {{sample_load(), 0, static_cast<UnitMask>(bit(Unit::kWeights) | bit(Unit::kArray))},
            {sample_weights(), bit(Unit::kDmaLoad), 0},
            {sample_matmul(), bit(Unit::kDmaLoad), bit(Unit::kOutput)},
            {sample_requantize(), bit(Unit::kArray), bit(Unit::kVector)},
            {sample_vector(), bit(Unit::kOutput), bit(Unit::kDmaStore)},
            {store, bit(Unit::kVector), 0},
            {Halt{}}};
  p.debug_ops = {{3, "CONV_2D #3 'a'", 243, 30, 0, 32}, {4, "MEAN #4 'b\tc'", 0, 0, 12, 0}};
  p.debug_of_instruction = {-1, 0, 0, 0, 1, 1, -1};
  p.materialized = {{"t", 5, true, 0x400, 27, {3}}, {"y", 7, false, 96, 27, {5}}, {"u", 8, true, 0, 0, {}}};
  return p;
}

}  // namespace atl::isa

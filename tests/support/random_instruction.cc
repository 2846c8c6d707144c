#include "tests/support/random_instruction.h"

#include <algorithm>
#include <array>

#include "isa/footprint.h"
#include "isa/vector_operands.h"

namespace atl::test {

int64_t RandomInstruction::base_for(int64_t low, int64_t high, int64_t size) {
  return -low > size - high ? -1 : draw_.between(-low, size - high);
}

RandomInstruction::Strided RandomInstruction::strided(int64_t bytes, int64_t count1, int64_t count2, int64_t size,
                                                      int64_t margin_low, int64_t margin_high) {
  for (;;) {
    Strided s;
    s.stride1 = draw_.chance(60) ? bytes : draw_.between(-50, 50);
    s.stride2 = draw_.chance(60) ? bytes * count1 : draw_.between(-80, 80);
    const int64_t reach1 = s.stride1 * (count1 - 1), reach2 = s.stride2 * (count2 - 1);
    const int64_t low = std::min<int64_t>(reach1, 0) + std::min<int64_t>(reach2, 0) + margin_low;
    const int64_t high = std::max<int64_t>(reach1, 0) + std::max<int64_t>(reach2, 0) + bytes + margin_high;
    const int64_t base = base_for(low, high, size);
    if (base < 0) continue;
    s.base = static_cast<uint64_t>(base);
    return s;
  }
}

template <typename Dma>
Dma RandomInstruction::dma() {
  Dma op;
  op.run_bytes = pick<uint32_t>(1, 40);
  op.count1 = pick<uint32_t>(1, 3);
  op.count2 = pick<uint32_t>(1, 3);
  op.windowed = machine_.tiles() > 1 && draw_.chance(50);
  const int64_t low = op.windowed ? *std::min_element(offsets_.begin(), offsets_.end()) : 0;
  const int64_t high = op.windowed ? *std::max_element(offsets_.begin(), offsets_.end()) : 0;
  const Strided sram = strided(op.run_bytes, op.count1, op.count2, machine_.sram_bytes, 0, 0);
  const Strided offchip = strided(op.run_bytes, op.count1, op.count2, static_cast<int64_t>(program_.offchip_bytes),
                                  std::min<int64_t>(low, 0), std::max<int64_t>(high, 0));
  op.sram = static_cast<uint32_t>(sram.base);
  op.sram_stride1 = static_cast<int32_t>(sram.stride1);
  op.sram_stride2 = static_cast<int32_t>(sram.stride2);
  op.offchip = offchip.base;
  op.offchip_stride1 = static_cast<int32_t>(offchip.stride1);
  op.offchip_stride2 = static_cast<int32_t>(offchip.stride2);
  return op;
}

isa::Operation RandomInstruction::dma_load() { return dma<isa::DmaLoad>(); }
isa::Operation RandomInstruction::dma_store() { return dma<isa::DmaStore>(); }

isa::Operation RandomInstruction::load_to(uint32_t address, uint32_t bytes) {
  isa::DmaLoad op;
  op.run_bytes = bytes;
  op.count1 = op.count2 = 1;
  op.sram = address;
  op.offchip = pick<uint64_t>(0, static_cast<int64_t>(program_.offchip_bytes) - bytes);
  return op;
}

int64_t RandomInstruction::contraction_tiles(const isa::Matmul& op) {
  return (int64_t{op.kernel_height} * op.kernel_width * op.channels + op.rows - 1) / op.rows;
}

isa::Matmul RandomInstruction::matmul() {
  isa::Matmul op;
  do {
    op.input_height = pick<uint16_t>(1, 6);
    op.input_width = pick<uint16_t>(1, 6);
    op.origin_y = pick<int32_t>(-3, 3);
    op.origin_x = pick<int32_t>(-3, 3);
    op.stride_y = pick<uint16_t>(1, 3);
    op.stride_x = pick<uint16_t>(1, 3);
    op.dilation_y = pick<uint16_t>(1, 2);
    op.dilation_x = pick<uint16_t>(1, 2);
    op.kernel_height = pick<uint16_t>(1, 3);
    op.kernel_width = pick<uint16_t>(1, 3);
    op.channels = pick<uint32_t>(1, 9);
    op.is_16bit = draw_.chance(30);
    const uint32_t bytes = op.is_16bit ? 2 : 1;
    op.pixel_stride = draw_.chance(60) ? op.channels * bytes : pick<uint32_t>(0, 12 * bytes);
    op.row_stride = draw_.chance(60) ? op.pixel_stride * op.input_width : pick<uint32_t>(0, 80);
  } while (!place_input(op));
  op.rows = pick<uint16_t>(1, machine_.rows);
  op.columns = pick<uint16_t>(1, machine_.columns);
  do {
    op.height = pick<uint16_t>(1, 4);
    op.width = pick<uint16_t>(1, 4);
  } while (op.height * op.width * (op.is_16bit ? 2 : 1) > machine_.accumulator_rows);
  op.accumulator = pick<uint32_t>(0, machine_.accumulator_rows - op.height * op.width * (op.is_16bit ? 2 : 1));
  op.accumulate = draw_.chance(50);
  op.is_unsigned = !op.is_16bit && draw_.chance(50);
  op.zero_point = op.is_16bit ? int16_t{0} : op.is_unsigned ? pick<int16_t>(0, 255) : pick<int16_t>(-128, 127);
  op.windowed = draw_.chance(40);
  return op;
}

bool RandomInstruction::place_input(isa::Matmul& op) {
  const int64_t high = int64_t{op.input_height - 1} * op.row_stride + int64_t{op.input_width - 1} * op.pixel_stride +
                       int64_t{op.channels} * (op.is_16bit ? 2 : 1);
  const int64_t base = base_for(0, high, machine_.sram_bytes);
  op.sram = static_cast<uint32_t>(base);
  return base >= 0;
}

// Of a random matmul's walk.
isa::Operation RandomInstruction::depthwise() {
  const isa::Matmul like = matmul();
  isa::Depthwise op;
  op.sram = like.sram;
  op.row_stride = like.row_stride;
  op.pixel_stride = like.pixel_stride;
  op.input_height = like.input_height;
  op.input_width = like.input_width;
  op.origin_y = like.origin_y;
  op.origin_x = like.origin_x;
  op.stride_y = like.stride_y;
  op.stride_x = like.stride_x;
  op.dilation_y = like.dilation_y;
  op.dilation_x = like.dilation_x;
  op.kernel_height = like.kernel_height;
  op.kernel_width = like.kernel_width;
  op.depth_multiplier = draw_.chance(60) ? uint16_t{1} : pick<uint16_t>(1, 3);
  op.columns = pick<uint16_t>(1, std::min<int64_t>(machine_.columns, int64_t{like.channels} * op.depth_multiplier));
  op.weights = pick<uint32_t>(0, machine_.sram_bytes - int64_t{op.kernel_height} * op.kernel_width * op.columns);
  op.height = like.height;
  op.width = like.width;
  op.accumulator = like.accumulator;
  op.is_unsigned = like.is_unsigned;
  op.zero_point = like.zero_point;
  op.weights_unsigned = draw_.chance(50);
  op.weights_zero_point = op.weights_unsigned ? pick<int16_t>(0, 255) : pick<int16_t>(-128, 127);
  op.windowed = like.windowed;
  op.is_16bit = like.is_16bit;
  return op;
}

isa::Operation RandomInstruction::load_weights(const isa::Matmul& matmul, int64_t first, int64_t count) {
  const int64_t contraction = int64_t{matmul.kernel_height} * matmul.kernel_width * matmul.channels;
  const int64_t last = std::min<int64_t>(matmul.rows, contraction - (first + count - 1) * matmul.rows);
  isa::LoadWeights op;
  op.tiles = static_cast<uint16_t>(count);
  op.rows = count > 1 ? matmul.rows : static_cast<uint16_t>(last);
  op.columns = pick<uint16_t>(matmul.columns, machine_.columns);
  op.diagonal = draw_.chance(30);
  if (op.diagonal) {
    op.depth_multiplier = pick<uint16_t>(1, 3);
    // Rows for all columns.
    const int64_t needed = (op.columns + op.depth_multiplier - 1) / op.depth_multiplier;
    if (needed > machine_.rows) {
      op.depth_multiplier = op.columns;
      op.rows = pick<uint16_t>(op.rows, machine_.rows);
    } else {
      op.rows = pick<uint16_t>(std::max<int64_t>(op.rows, needed), machine_.rows);
    }
    op.last_rows = op.rows;
  } else {
    op.last_rows = pick<uint16_t>(last, op.rows);
  }
  const int64_t tile_bytes = int64_t{op.columns} * (op.diagonal ? 1 : op.rows);
  op.tile_stride = draw_.chance(70) ? static_cast<uint32_t>(tile_bytes) : pick<uint32_t>(0, 20);
  op.is_unsigned = draw_.chance(50);
  op.zero_point = op.is_unsigned ? pick<int16_t>(0, 255) : pick<int16_t>(-128, 127);
  int64_t base = base_for(0, (count - 1) * op.tile_stride + tile_bytes, machine_.sram_bytes);
  if (base < 0) {
    op.tile_stride = 0;
    base = base_for(0, tile_bytes, machine_.sram_bytes);
  }
  op.sram = static_cast<uint32_t>(base);
  return op;
}

isa::Operation RandomInstruction::requantize() {
  isa::Requantize op;
  const auto overlaps = [&] {
    const auto accesses = isa::footprint(op, program_.lane_programs);
    const auto written =
        std::find_if(accesses.begin(), accesses.end(), [](const isa::Access& access) { return access.write; });
    return std::any_of(accesses.begin(), accesses.end(),
                       [&](const isa::Access& access) { return !access.write && isa::conflicts(access, *written); });
  };
  do {
    op.columns = pick<uint16_t>(1, machine_.columns);
    op.mode = pick<uint8_t>(0, isa::kRequantizeModes - 1);
    const int bytes = isa::is_pair_mode(op.mode) ? 2 : 1;
    do {
      op.height = pick<uint16_t>(1, 4);
      op.width = pick<uint16_t>(1, 4);
    } while (op.height * op.width * bytes > machine_.accumulator_rows);
    op.accumulator = pick<uint32_t>(0, machine_.accumulator_rows - op.height * op.width * bytes);
    op.pixel_stride = draw_.chance(70) ? static_cast<uint32_t>(op.columns * bytes) : pick<uint32_t>(0, 16);
    op.row_stride = draw_.chance(70) ? op.pixel_stride * op.width : pick<uint32_t>(0, 70);
    const int64_t reach =
        int64_t{op.height - 1} * op.row_stride + int64_t{op.width - 1} * op.pixel_stride + int64_t{op.columns} * bytes;
    op.sram = static_cast<uint32_t>(base_for(0, reach, machine_.sram_bytes));
    op.parameters = static_cast<uint32_t>(
        base_for(0, int64_t{op.columns} * isa::requantize_parameter_bytes(op.mode), machine_.sram_bytes));
    op.table = static_cast<uint32_t>(base_for(0, 256, machine_.sram_bytes));
    op.use_table = bytes == 1 && draw_.chance(30);
  } while (overlaps());
  const bool as_int8 = draw_.chance(50);
  const bool wide = isa::is_pair_mode(op.mode);
  const int16_t low = wide ? INT16_MIN : as_int8 ? -128 : 0, high = wide ? INT16_MAX : as_int8 ? 127 : 255;
  op.zero_point = pick<int16_t>(low, high);
  op.minimum = draw_.chance(60) ? low : pick<int16_t>(low, high);
  op.maximum = draw_.chance(60) ? high : pick<int16_t>(op.minimum, high);
  op.windowed = draw_.chance(40);
  return op;
}

isa::Vector RandomInstruction::vector_shape() {
  isa::Vector op;
  const bool reduces = draw_.chance(45);
  op.program = pick<uint16_t>(0, reduces ? 4 : 2);  // the last two have a tail
  const auto extent = [&](int64_t high) { return draw_.chance(40) ? 1u : pick<uint32_t>(1, high); };
  op.n0 = extent(3);
  op.n1 = extent(3);
  op.n2 = extent(5);
  op.n3 = extent(draw_.chance(5) ? 300 : 12);
  op.k0 = reduces ? extent(2) : 1;
  op.k1 = reduces ? extent(4) : 1;
  op.k2 = reduces ? extent(draw_.chance(5) ? 300 : 6) : 1;
  op.reduce = reduces ? pick<uint8_t>(1, 3) : uint8_t{0};
  op.across_lanes = reduces && draw_.chance(50);
  op.inputs = pick<uint8_t>(0, 3);
  op.out_type = pick<uint8_t>(0, 3);
  op.in0_type = pick<uint8_t>(0, 3);
  op.in1_type = pick<uint8_t>(0, 3);
  op.in2_type = pick<uint8_t>(0, 3);
  return op;
}

bool RandomInstruction::place_operands(isa::Vector& op) {
  const auto n = isa::output_extents(op);
  const auto k = isa::reduction_extents(op);
  const auto place = [&](isa::LaneType type, uint32_t& address, std::array<int32_t*, 4> strides,
                         std::array<int32_t*, 3> reduction, bool dense) {
    int64_t low = 0, high = isa::lane_type_bytes(type), step = high;
    const auto choose = [&](int32_t* stride, int64_t extent) {
      *stride = static_cast<int32_t>(dense || draw_.chance(60) ? step : draw_.between(-30, 30));
      step *= extent;
      (*stride < 0 ? low : high) += *stride * (extent - 1);
    };
    for (size_t i = 3; i-- > 0;) {
      if (reduction[i] != nullptr) choose(reduction[i], k[i]);
    }
    for (size_t i = 4; i-- > 0;) choose(strides[i], n[i]);
    const int64_t base = base_for(low, high, machine_.sram_bytes);
    address = static_cast<uint32_t>(base);
    return base >= 0;
  };
  const bool dense = draw_.chance(40);
  bool placed = place(isa::LaneType(op.out_type), op.out, {&op.out_s0, &op.out_s1, &op.out_s2, &op.out_s3}, {}, dense);
  placed = placed && place(isa::LaneType(op.in0_type), op.in0, {&op.in0_s0, &op.in0_s1, &op.in0_s2, &op.in0_s3},
                           {&op.in0_r0, &op.in0_r1, &op.in0_r2}, dense);
  placed = placed && place(isa::LaneType(op.in1_type), op.in1, {&op.in1_s0, &op.in1_s1, &op.in1_s2, &op.in1_s3},
                           {&op.in1_r0, &op.in1_r1, &op.in1_r2}, dense);
  placed = placed && place(isa::LaneType(op.in2_type), op.in2, {&op.in2_s0, &op.in2_s1, &op.in2_s2, &op.in2_s3},
                           {&op.in2_r0, &op.in2_r1, &op.in2_r2}, dense);
  const isa::LaneProgram& program = program_.lane_programs.at(op.program);
  for (int table = 0; table < isa::kLaneTables && placed; ++table) {
    const int64_t base = base_for(0, isa::table_bytes(program, table), machine_.sram_bytes);
    (table == 0 ? op.table0 : op.table1) = static_cast<uint32_t>(base);
    placed = base >= 0;
  }
  return placed;
}

bool RandomInstruction::overlaps_itself(const isa::Vector& op) const {
  const auto accesses = isa::footprint(op, program_.lane_programs);
  return std::any_of(accesses.begin(), accesses.end(), [&](const isa::Access& access) {
    return !access.write && isa::conflicts(access, accesses.back());
  });
}

isa::Operation RandomInstruction::vector() {
  for (;;) {
    isa::Vector op = vector_shape();
    if (!place_operands(op)) continue;
    const bool reduces = isa::Reduce(op.reduce) != isa::Reduce::kNone;
    if (!overlaps_itself(op)) return op;
    if (reduces || op.inputs != 1 || op.program > 2) continue;
    // In place: each element of the output where its input was.
    const isa::LaneProgram& program = program_.lane_programs.at(op.program);
    if (isa::table_bytes(program, 0) + isa::table_bytes(program, 1) > 0) continue;
    if (int64_t{op.n0} * op.n1 * op.n2 * op.n3 > 1 && isa::lane_type_bytes(isa::LaneType(op.out_type)) != op.out_s3)
      continue;
    if (op.n0 * op.n1 * op.n2 != 1) continue;
    op.in0 = op.out;
    op.in0_type = op.out_type;
    op.in0_s3 = op.out_s3;
    return op;
  }
}

isa::Operation RandomInstruction::fill(uint32_t address, uint32_t bytes) {
  isa::Vector op;
  op.program = pick<uint16_t>(0, 2);
  op.n0 = op.n1 = op.n2 = 1;
  op.n3 = bytes;
  op.k0 = op.k1 = op.k2 = 1;
  op.out = address;
  op.out_s3 = 1;
  const isa::LaneProgram& program = program_.lane_programs.at(op.program);
  // Nothing of what is read lies where it writes: tables at the far end.
  const bool low_half = address < machine_.sram_bytes / 2;
  for (int table = 0; table < isa::kLaneTables; ++table) {
    const int64_t size = isa::table_bytes(program, table);
    (table == 0 ? op.table0 : op.table1) = static_cast<uint32_t>(low_half ? machine_.sram_bytes - size : 0);
  }
  if (overlaps_itself(op)) op.program = 0;  // which has no tables
  return op;
}

isa::Operation RandomInstruction::tile_window(int64_t reach) {
  isa::TileWindow op;
  op.tile = pick<uint16_t>(0, machine_.tiles() - 1);
  op.height = draw_.chance(30) ? uint16_t{65535} : pick<uint16_t>(0, 4);
  op.width = draw_.chance(30) ? uint16_t{65535} : pick<uint16_t>(0, 4);
  op.offchip_offset = pick<int32_t>(-reach, reach);
  offsets_[op.tile] = op.offchip_offset;
  return op;
}

}  // namespace atl::test

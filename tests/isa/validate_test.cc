// Every rule of check() and validate(), each broken once.
#include <catch2/catch.hpp>

#include <functional>
#include <random>

#include "isa/fields.h"
#include "isa/footprint.h"
#include "isa/timing/cost.h"
#include "tests/isa/sample_program.h"

using namespace atl;
using namespace atl::isa;

namespace {

std::string text_of(const Status& status) { return status.ok() ? "" : status.error().text(); }

// What validate() says of the sample program after a change.
std::string after(const std::function<void(Program&)>& change) {
  Program program = sample_program();
  change(program);
  return text_of(validate(program, tiny()));
}

// ... after a change of one of its instructions.
template <typename Op>
std::string after(const std::function<void(Op&)>& change) {
  return after([&](Program& program) {
    for (Instruction& instruction : program.main) {
      if (Op* op = std::get_if<Op>(&instruction.operation)) return change(*op);
    }
    FAIL("no such instruction");
  });
}

}  // namespace

TEST_CASE("the sample program is valid") {
  CHECK(after([](Program&) {}) == "");
}

TEST_CASE("code ends in halt, once") {
  CHECK(after([](Program& p) { p.main.pop_back(); }) ==
        "program: main: the last instruction is dma_store instead of halt\nprogram: debug map: it has 7 entries for 6 "
        "instructions");
  CHECK(after([](Program& p) { p.preload.clear(); }) == "program: preload: it is empty; it must end with halt");
  CHECK(after([](Program& p) { p.preload.push_back({Halt{}}); }) ==
        "program: preload: instruction 1 is a halt before the end");
}

TEST_CASE("masks name units, and not for the dispatcher") {
  CHECK(after([](Program& p) { p.main[0].wait = 0x40; }) ==
        "main[0] dma_load: wait or signal names a unit that does not exist");
  CHECK(after([](Program& p) { p.preload[0].signal = 1; }) ==
        "preload[0] barrier: an instruction of the dispatcher can't wait or signal; use barrier");
}

TEST_CASE("bindings, debug map and materialized tensors name what exists") {
  CHECK(
      after([](Program& p) { p.inputs[0].offchip = 49; }) ==
      "input[0] 'x \"quoted\" # = \\': 32 bytes at 49 are not inside off-chip memory behind the constants, 50 .. 128");
  CHECK(after([](Program& p) {
          p.outputs[0] = {"y", 0, 97, 32};
        }) == "output[0] 'y': 32 bytes at 97 are not inside off-chip memory behind the constants, 50 .. 128");
  CHECK(after([](Program& p) {
          p.state[0] = {"s", 0, ~0ull, 2};
        }) ==
        "state[0] 's': 2 bytes at 18446744073709551615 are not inside off-chip memory behind the constants, 50 .. 128");
  CHECK(after([](Program& p) {
          p.offchip_bytes = 49;
        }).starts_with("program: offchip_bytes = 49 don't hold the 50 bytes of constants"));
  CHECK(after([](Program& p) { p.offchip_bytes = kMaxOffchipBytes + 1; }) ==
        "program: offchip_bytes = 4294967297, at most 4294967296 are allowed");
  CHECK(after([](Program& p) { p.debug_of_instruction[2] = 2; }) == "program: debug map: entry 2 names op 2 of 2");
  CHECK(after([](Program& p) { p.debug_of_instruction[2] = -2; }) == "program: debug map: entry 2 names op -2 of 2");
  CHECK(after([](Program& p) { p.debug_of_instruction.clear(); }) == "");
  CHECK(after([](Program& p) { p.materialized[0].writers = {7}; }) ==
        "materialized[0] 't': writer 7 is not one of the 7 instructions");
  CHECK(after([](Program& p) { p.materialized[1].bytes = 33; }) ==
        "materialized[1] 'y': 33 bytes at 96 are not inside the off-chip memory of 128");
  CHECK(after([](Program& p) { p.materialized[0].address = 8192 - 26; }) ==
        "materialized[0] 't': 27 bytes at 8166 are not inside the SRAM of 8192");
}

TEST_CASE("the program belongs to the machine") {
  Machine other = tiny();
  other.name = "other";
  other.offchip_latency_ns = 3;
  CHECK(validate(sample_program(), other).ok());
  other.lanes = 8;
  CHECK(text_of(validate(sample_program(), other))
            .starts_with("program: it was made for machine 'tiny' (functional hash "));
  CHECK(after([](Program& p) {
          p.grid_rows = 0;
        }).starts_with("program: it is for 0 x 1 tiles, at most 64 x 64 are allowed"));
  CHECK(after([](Program& p) { p.grid_rows = 2; }) == "program: it is for 2 x 1 tiles, but the machine has 1 x 1");
  CHECK(after([](Program& p) { p.sram_peak_bytes = 8193; }) ==
        "program: sram_peak_bytes = 8193, but the SRAM has 8192");
  CHECK(after([](Program& p) { p.lane_programs[0].body[0].d = 16; }) ==
        "lane program 0: body[0] max: register d = 16 is not in 0 .. 15");
}

TEST_CASE("dma") {
  CHECK(
      after<DmaLoad>([](DmaLoad& op) { op.run_bytes = op.count1 = op.count2 = 0; }) ==
      "main[0] dma_load: run_bytes = 0, but must be at least 1\nmain[0] dma_load: count1 = 0, but must be at least 1\n"
      "main[0] dma_load: count2 = 0, but must be at least 1");
  CHECK(after<DmaLoad>([](DmaLoad& op) { op.offchip = 97; }) ==
        "main[0] dma_load: offchip: reading 97 .. 128 is not inside the off-chip memory of 128");
  CHECK(after<DmaLoad>([](DmaLoad& op) { op.offchip_stride1 = -65; }) ==
        "main[0] dma_load: offchip: reading -1 .. 79 is not inside the off-chip memory of 128");
  CHECK(after<DmaLoad>([](DmaLoad& op) { op.offchip_stride1 = -64; }) == "");
  CHECK(after<DmaLoad>([](DmaLoad& op) { op.sram = 8192 - 47; }) ==
        "main[0] dma_load: sram: writing 8145 .. 8192 is not inside the SRAM of 8192");
  CHECK(after<DmaLoad>([](DmaLoad& op) { op.sram = 8192 - 48; }) == "");
  CHECK(after<DmaStore>([](DmaStore& op) {
          op.sram_stride2 = INT32_MIN;
          op.count2 = 0xffffff;
        }) == "main[5] dma_store: sram: reading -36028792723995392 .. 1306 is not inside the SRAM of 8192");
  CHECK(after<DmaStore>([](DmaStore& op) {
          op.run_bytes = ~0u;
          op.count1 = op.count2 = 0xffffff;
        }) ==
        "main[5] dma_store: run_bytes * count1 * count2 is more than the 4294967296 that one instruction may have");
}

TEST_CASE("dma needs off-chip memory") {
  Program program = sample_program();
  Machine machine = tiny();
  machine.offchip_bytes_per_cycle = 0;
  CHECK(text_of(validate(program, machine)) ==
        "main[0] dma_load: the machine has no off-chip memory\nmain[5] dma_store: the machine has no off-chip memory");
}

TEST_CASE("windowed dma stays inside on every tile") {
  Program program = sample_program();
  Machine machine = tiny();
  machine.grid_columns = 2;
  program.functional_hash = machine.functional_hash();
  program.grid_columns = 2;
  program.debug_of_instruction.clear();
  program.materialized.clear();
  TileWindow window;
  window.tile = 1;
  window.offchip_offset = 33;
  program.main.insert(program.main.begin(), {window});
  CHECK(text_of(validate(program, machine)) == "");
  std::get<DmaLoad>(program.main[1].operation).windowed = true;
  CHECK(text_of(validate(program, machine)) ==
        "main[1] dma_load: offchip: reading 64 .. 128 is not inside the off-chip memory of 128");
  std::get<TileWindow>(program.main[0].operation).offchip_offset = -65;
  CHECK(text_of(validate(program, machine)) ==
        "main[1] dma_load: offchip: reading -1 .. 95 is not inside the off-chip memory of 128");
  std::get<TileWindow>(program.main[0].operation).offchip_offset = 32;
  CHECK(text_of(validate(program, machine)) == "");
  std::get<TileWindow>(program.main[0].operation).tile = 2;
  CHECK(text_of(validate(program, machine)) == "main[0] tile_window: tile = 2, but the machine has 2 tiles");
}

TEST_CASE("load_weights") {
  CHECK(after<LoadWeights>([](LoadWeights& op) { op = {}; }) ==
        "main[1] load_weights: tiles = 0, but must be at least 1\nmain[1] load_weights: rows = 0 is not in 1 .. 4, "
        "rows of the array\n"
        "main[1] load_weights: last_rows = 0 is not in 1 .. 0, rows of a tile\n"
        "main[1] load_weights: columns = 0 is not in 1 .. 4, columns of the array");
  CHECK(after<LoadWeights>([](LoadWeights& op) {
          op.last_rows = 5;
          op.columns = 5;
          op.zero_point = -129;
        }) ==
        "main[1] load_weights: last_rows = 5 is not in 1 .. 4, rows of a tile\n"
        "main[1] load_weights: columns = 5 is not in 1 .. 4, columns of the array\n"
        "main[1] load_weights: zero_point = -129 is not in -128 .. 127, an int8");
  CHECK(after<LoadWeights>([](LoadWeights& op) {
          op.is_unsigned = true;
          op.zero_point = -1;
        }) == "main[1] load_weights: zero_point = -1 is not in 0 .. 255, a uint8");
  CHECK(after<LoadWeights>([](LoadWeights& op) {
          op.diagonal = true;
          op.rows = op.last_rows = 1;
          op.depth_multiplier = 2;
        }) == "main[1] load_weights: columns = 3 of a diagonal tile, but rows * depth_multiplier are 2");
  CHECK(after<LoadWeights>([](LoadWeights& op) {
          op.diagonal = true;
          op.depth_multiplier = 1;
        }) == "main[1] load_weights: last_rows = 1 is not in 4 .. 4, rows of a tile");
  CHECK(after<LoadWeights>([](LoadWeights& op) { op.sram = 8192 - 34; }) ==
        "main[1] load_weights: sram: reading 8158 .. 8192 is not inside the SRAM of 8192");
}

TEST_CASE("matmul") {
  CHECK(after<Matmul>([](Matmul& op) { op.accumulator = 56; }) ==
        "main[2] matmul: accumulator: writing 56 .. 64 is not inside the accumulators, rows 64");
  CHECK(after<Matmul>([](Matmul& op) { op.accumulator = 55; }) == "");
  CHECK(after<Matmul>([](Matmul& op) {
          op.rows = 5;
          op.columns = 0;
          op.stride_y = 0;
          op.zero_point = 200;
        }) ==
        "main[2] matmul: stride_y = 0, but must be at least 1\nmain[2] matmul: rows = 5 is not in 1 .. 4, rows of the "
        "array\n"
        "main[2] matmul: columns = 0 is not in 1 .. 4, columns of the array\n"
        "main[2] matmul: zero_point = 200 is not in -128 .. 127, an int8");
  CHECK(after<Matmul>([](Matmul& op) { op.row_stride = 4000; }) ==
        "main[2] matmul: sram: reading 256 .. 8258 is not inside the SRAM of 8192");
  CHECK(after<Matmul>([](Matmul& op) {
          op.row_stride = 4000;
          op.input_height = 2;
        }) == "");
  // Nothing of the image is reached: no address to complain about.
  CHECK(after<Matmul>([](Matmul& op) {
          op.origin_y = 100;
          op.sram = ~0u;
        }) == "");
  CHECK(
      after<Matmul>([](Matmul& op) {
        op.kernel_height = op.kernel_width = 0xffff;
        op.channels = 0xffffff;
      }) ==
      "main[2] matmul: kernel_height * kernel_width * channels is more than the 1048576 that one instruction may have\n"
      "main[2] matmul: kernel_height * kernel_width * channels * height * width is more than the 4294967296 that one "
      "instruction may have");
}

TEST_CASE("depthwise") {
  const auto problems = [](void (*change)(Depthwise&)) {
    Program program = sample_program();
    Depthwise op = sample_depthwise();
    change(op);
    program.main[2].operation = op;
    const Status status = validate(program, tiny());
    return status.ok() ? std::string() : status.error().text();
  };
  const auto says = [&](void (*change)(Depthwise&), const std::string& text) {
    return problems(change).find(text) != std::string::npos;
  };
  CHECK(!says([](Depthwise&) {}, "depthwise"));
  CHECK(says([](Depthwise& op) { op.columns = 5; },
             "main[2] depthwise: columns = 5 is not in 1 .. 4, columns of the array"));
  CHECK(says([](Depthwise& op) { op.depth_multiplier = 0; },
             "main[2] depthwise: depth_multiplier = 0, but must be at least 1"));
  CHECK(says([](Depthwise& op) { op.weights_zero_point = 128; },
             "main[2] depthwise: weights_zero_point = 128 is not in -128 .. 127, an int8"));
  CHECK(says([](Depthwise& op) { op.zero_point = -129; },
             "main[2] depthwise: zero_point = -129 is not in -128 .. 127, an int8"));
  CHECK(
      says([](Depthwise& op) { op.kernel_width = 0; }, "main[2] depthwise: kernel_width = 0, but must be at least 1"));
  CHECK(says([](Depthwise& op) { op.weights = 8192 - 8; },
             "main[2] depthwise: weights: reading 8184 .. 8192 is not inside the SRAM of 8192"));
  CHECK(says([](Depthwise& op) { op.accumulator = 56; },
             "main[2] depthwise: accumulator: writing 56 .. 64 is not inside the accumulators, rows 64"));
  CHECK(says([](Depthwise& op) { op.kernel_height = op.kernel_width = 0xffff; },
             "main[2] depthwise: kernel_height * kernel_width * columns is more than the 1048576"));
}

TEST_CASE("requantize") {
  CHECK(after<Requantize>([](Requantize& op) {
          op.mode = 6;
          op.minimum = 10;
          op.maximum = 9;
          op.zero_point = 256;
        }) ==
        "main[3] requantize: mode = 6 is not in 0 .. 5, a requantization\n"
        "main[3] requantize: zero_point = 256 is not in -128 .. 255, an int8 or uint8\n"
        "main[3] requantize: minimum = 10, maximum = 9 are not a range of an int8 or uint8");
  CHECK(after<Requantize>([](Requantize& op) {
          op.minimum = -1;
          op.maximum = 128;
        }) == "main[3] requantize: minimum = -1, maximum = 128 are not a range of an int8 or uint8");
  CHECK(after<Requantize>([](Requantize& op) {
          op.minimum = 0;
          op.maximum = 255;
        }) == "");
  CHECK(after<Requantize>([](Requantize& op) {
          op.parameters = 8192 - 35;
          op.table = 8192 - 255;
          op.sram = 8192 - 26;
          op.accumulator = 60;
        }) ==
        "main[3] requantize: accumulator: reading 60 .. 68 is not inside the accumulators, rows 64\n"
        "main[3] requantize: parameters: reading 8157 .. 8192 is not inside the SRAM of 8192\n"
        "main[3] requantize: sram: writing 8166 .. 8192 is not inside the SRAM of 8192\n"
        "main[3] requantize: table: reading 7937 .. 8192 is not inside the SRAM of 8192");
  CHECK(after<Requantize>([](Requantize& op) {
          op.use_table = false;
          op.table = 8192 - 255;
        }) == "");
}

TEST_CASE("activations of 16 bits") {
  CHECK(after<Matmul>([](Matmul& op) {
          op.is_16bit = true;
          op.zero_point = 1;
        }) == "main[2] matmul: is_16bit = 1 with zero_point = 1, is_unsigned = 0, but both must be 0 then");
  CHECK(after<Matmul>([](Matmul& op) {
          op.is_16bit = true;
          op.accumulator = 47;
        }) == "main[2] matmul: accumulator: writing 47 .. 64 is not inside the accumulators, rows 64");
  CHECK(after<Requantize>([](Requantize& op) { op.mode = 2; }) ==
        "main[3] requantize: use_table = 1 with the int16 of mode 2, but tables are for bytes");
  CHECK(after<Requantize>([](Requantize& op) {
          op.mode = 4;
          op.use_table = false;
          op.minimum = 1;
          op.maximum = -1;
        }) == "main[3] requantize: minimum = 1, maximum = -1 are not a range");
  CHECK(after<Requantize>([](Requantize& op) {
          op.mode = 3;
          op.use_table = false;
          op.minimum = -32768;
          op.maximum = 32767;
        }) == "");
}

TEST_CASE("vector") {
  CHECK(after<Vector>([](Vector& op) {
          op.program = 2;
          op.n0 = 0;
        }) ==
        "main[4] vector: program = 2, but there are 2 lane programs\nmain[4] vector: n0 = 0, but must be at least 1");
  CHECK(
      after<Vector>([](Vector& op) {
        op.reduce = 0;
        op.across_lanes = true;
      }) ==
      "main[4] vector: k0, k1, k2 = 1, 1, 2 without a reduction\nmain[4] vector: across_lanes = 1 without a reduction\n"
      "main[4] vector: lane program 1 has a tail, but there is no reduction");
  CHECK(after<Vector>([](Vector& op) { op.in0_s3 = -41; }) ==
        "main[4] vector: in0: reading -16 .. 1051 is not inside the SRAM of 8192");
  CHECK(after<Vector>([](Vector& op) { op.table0 = 8192 - 1023; }) ==
        "main[4] vector: table0: reading 7169 .. 8192 is not inside the SRAM of 8192");
  CHECK(after<Vector>([](Vector& op) {
          op.out_type = static_cast<u8>(LaneType::kInt32);
          op.out = 8192 - 29;
        }) == "main[4] vector: out: writing 8163 .. 8192 is not inside the SRAM of 8192");
  CHECK(after<Vector>([](Vector& op) {
          op.inputs = 0;
          op.in0 = ~0u;
        }) == "");
  CHECK(after<Vector>([](Vector& op) { op.n0 = op.n1 = op.n2 = op.n3 = op.k0 = op.k1 = op.k2 = ~0u; }) ==
        "main[4] vector: n0 * n1 * n2 * n3 * k0 * k1 * k2 is more than the 4294967296 that one instruction may have");
  CHECK(after<Vector>([](Vector& op) {
          op.n0 = 1u << 31;
          op.n3 = 1;
          op.in0_s0 = INT32_MIN;
          op.k2 = 2;
        }) == "main[4] vector: in0: reading -4611686016279903206 .. 1051 is not inside the SRAM of 8192");
}

TEST_CASE("many problems: twenty in full, the rest counted") {
  const std::string text = after([](Program& p) {
    p.debug_of_instruction.clear();
    p.main.insert(p.main.begin(), 30, {Vector{}});
  });
  CHECK(std::count(text.begin(), text.end(), '\n') == 20);
  CHECK(text.ends_with("\n... and 220 more problems"));
}

TEST_CASE("whatever validates has a cost that fits 64 bits, whatever its fields") {
  std::mt19937_64 random(5);
  const std::vector<LaneProgram> lanes = sample_program().lane_programs;
  int valid = 0;
  for (int round = 0; round < 20000; ++round) {
    Program program = sample_program();
    Instruction& instruction = program.main[random() % 6];
    // One or two fields of a valid instruction become arbitrary.
    std::vector<int64_t> values;
    for_each_value(instruction.operation, [&](const Field&, int64_t value) { values.push_back(value); });
    const size_t first = random() % values.size(), second = random() % values.size();
    size_t at = 0;
    set_values(instruction.operation, [&](const Field& field) {
      const size_t i = at++;
      if (i != first && i != second) return values[i];
      const int64_t span = random() % 2 ? 70 : field.maximum();
      return std::uniform_int_distribution<int64_t>(std::max(field.minimum(), -span),
                                                    std::min(field.maximum(), span))(random);
    });
    if (!validate(program, tiny()).ok()) continue;
    ++valid;
    const timing::Cost cost = timing::cost(instruction.operation, tiny(), lanes);
    REQUIRE(cost.cycles() > 0);
    REQUIRE(cost.cycles() < int64_t{1} << 50);
    for (const Access& access : footprint(instruction.operation, lanes)) {
      REQUIRE(access.end <= (access.space == Space::kSram ? 8192u : access.space == Space::kOffchip ? 128u : 64u));
    }
  }
  CHECK(valid > 1000);
}

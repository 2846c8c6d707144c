// The order of instructions: dependences against all pairs that conflict, accumulator rows, and who does what when.
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "compiler/schedule/accumulator_pool.h"
#include "compiler/schedule/dependences.h"
#include "compiler/schedule/list_schedule.h"
#include "isa/footprint.h"
#include "isa/machine.h"
#include "isa/presets.h"

using namespace atl;
using namespace atl::compiler;

namespace {

using Random = std::mt19937;
template <typename T>
T pick(Random& random, int low, int high) {
  return static_cast<T>(std::uniform_int_distribution<int>(low, high)(random));
}

// Reads or writes some channels of the pixels of a small image, or a run of bytes.
isa::Operation random_operation(Random& random) {
  if (pick<int>(random, 0, 2) == 0) {
    isa::DmaLoad load;
    load.sram = pick<uint32_t>(random, 0, 90);
    load.run_bytes = pick<uint32_t>(random, 1, 30);
    load.count1 = load.count2 = 1;
    load.offchip = pick<uint64_t>(random, 0, 200);
    return load;
  }
  isa::Requantize out;
  out.pixel_stride = pick<uint32_t>(random, 0, 3) == 0 ? 6 : 12;
  out.row_stride = pick<uint32_t>(random, 0, 3) == 0 ? 40 : 48;
  out.columns = pick<uint16_t>(random, 1, 12);
  out.height = pick<uint16_t>(random, 1, 2);
  out.width = pick<uint16_t>(random, 1, 4);
  out.sram = pick<uint32_t>(random, 0, 40);
  out.accumulator = pick<uint32_t>(random, 0, 20);
  out.parameters = pick<uint32_t>(random, 0, 1) == 0 ? 500 : pick<uint32_t>(random, 0, 60);
  return out;
}

bool conflict(const isa::Operation& a, const isa::Operation& b) {
  for (const isa::Access& x : isa::footprint(a, {})) {
    for (const isa::Access& y : isa::footprint(b, {})) {
      if (isa::conflicts(x, y)) return true;
    }
  }
  return false;
}

// comes_after[i][j]: by the pairs given, directly or through others.
using Closure = std::vector<std::vector<bool>>;
Closure closure(const std::vector<std::vector<uint32_t>>& before) {
  Closure all(before.size(), std::vector<bool>(before.size()));
  for (size_t i = 0; i < before.size(); ++i) {
    for (uint32_t j : before[i]) {
      all[i][j] = true;
      for (size_t k = 0; k < j; ++k) all[i][k] = all[i][k] || all[j][k];
    }
  }
  return all;
}

isa::Depthwise depthwise_of(const isa::Matmul& m) {
  isa::Depthwise d;
  d.sram = m.sram;
  d.row_stride = m.row_stride, d.pixel_stride = m.pixel_stride;
  d.input_height = m.input_height, d.input_width = m.input_width;
  d.stride_y = d.stride_x = d.dilation_y = d.dilation_x = d.kernel_height = d.kernel_width = 1;
  d.columns = m.columns;
  d.depth_multiplier = 1;
  d.weights = 0x8000;
  d.height = m.height, d.width = m.width;
  d.accumulator = m.accumulator;
  return d;
}

// load_weights, matmul and requantize of 16 x 16 pixels from `in` to `out`.
void add_tile(std::vector<EmittedInstruction>& code, uint32_t in, uint32_t out, uint32_t accumulator, bool shareable) {
  isa::LoadWeights weights;
  weights.sram = 0x8000;
  weights.tiles = 1;
  weights.rows = weights.last_rows = weights.columns = 64;
  weights.diagonal = shareable;
  weights.depth_multiplier = shareable;
  isa::Matmul m;
  m.sram = in;
  m.row_stride = 16 * 64, m.pixel_stride = 64;
  m.input_height = m.input_width = m.height = m.width = 16;
  m.stride_y = m.stride_x = m.dilation_y = m.dilation_x = m.kernel_height = m.kernel_width = 1;
  m.channels = 64, m.rows = m.columns = 64;
  m.accumulator = accumulator;
  isa::Requantize r;
  r.accumulator = accumulator;
  r.columns = 64, r.height = r.width = 16;
  r.sram = out;
  r.row_stride = 16 * 64, r.pixel_stride = 64;
  r.parameters = 0x9000;
  r.maximum = 1;
  code.push_back({weights, 0, -1, {}});
  code.push_back({m, 0, -1, {}});
  if (shareable) code.back().on_vector = depthwise_of(m);
  code.push_back({r, 0, -1, {}});
}

template <typename Op>
int64_t count(const std::vector<EmittedInstruction>& code) {
  return std::count_if(code.begin(), code.end(), [](const auto& i) { return std::holds_alternative<Op>(i.operation); });
}

}  // namespace

TEST_CASE("dependences: what conflicts is ordered, and nothing else") {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<isa::Operation> operations;
    for (int i = 0; i < 25; ++i) operations.push_back(random_operation(random));
    std::vector<const isa::Operation*> code;
    for (const isa::Operation& operation : operations) code.push_back(&operation);
    std::vector<std::vector<uint32_t>> pairs(operations.size());
    for (uint32_t i = 0; i < operations.size(); ++i) {
      for (uint32_t j = 0; j < i; ++j) {
        if (conflict(operations[j], operations[i])) pairs[i].push_back(j);
      }
    }
    const auto found = dependences(code, {});
    REQUIRE(closure(found) == closure(pairs));
    for (size_t i = 0; i < found.size(); ++i) {
      REQUIRE(std::includes(pairs[i].begin(), pairs[i].end(), found[i].begin(), found[i].end()));
    }
  }
}

TEST_CASE("accumulator rows are handed out where they are free soonest") {
  AccumulatorPool pool(100);
  pool.take(0, 60, 0);
  CHECK(pool.find(40, 0, 5)->first == 60);
  CHECK(!pool.find(41, 0, 5).has_value());
  pool.take(60, 40, 5);
  CHECK(!pool.find(1, 0, 5).has_value());
  pool.release(0, 90);
  pool.release(60, 70);
  CHECK(pool.find(40, 0, 5)->first == 60);
  CHECK(pool.find(40, 0, 5)->ready == 70);
  CHECK(pool.find(41, 0, 5)->ready == 90);
  CHECK(pool.find(10, 30, 5)->first == 60);
  CHECK(pool.find(40, 0, 80)->ready == 80);
  pool.take(60, 10, 75);
  CHECK(pool.find(30, 0, 75)->first == 70);
  CHECK(!pool.find(30, 75, 75).has_value());
}

TEST_CASE("a layer follows the one before it tile by tile, in other rows of the accumulators") {
  const isa::Machine machine = *isa::load_machine("edge");
  constexpr uint32_t kTile = 16 * 16 * 64;
  std::vector<EmittedInstruction> code;
  for (uint32_t t = 0; t < 4; ++t) add_tile(code, 0x10000 + t * kTile, 0x50000 + t * kTile, t * 256, false);
  for (uint32_t t = 0; t < 4; ++t) add_tile(code, 0x50000 + t * kTile, 0x90000 + t * kTile, 1024 + t * 256, true);
  list_schedule(code, {}, {}, machine);
  // The last tile of the first layer is not waited for by the first of the second.
  const auto first_of = [&](auto matches) { return std::find_if(code.begin(), code.end(), matches) - code.begin(); };
  const auto second_begins = first_of([](const auto& i) {
    const auto* d = std::get_if<isa::Depthwise>(&i.operation);
    return d != nullptr && d->sram == 0x50000;
  });
  const auto first_ends = first_of([](const auto& i) {
    const auto* r = std::get_if<isa::Requantize>(&i.operation);
    return r != nullptr && r->sram == 0x50000 + 3 * kTile;
  });
  CHECK(second_begins < first_ends);
  // Array and lanes both work on the second layer: each tile on one of them.
  CHECK(count<isa::Depthwise>(code) + count<isa::Matmul>(code) == 8);
  CHECK(count<isa::LoadWeights>(code) == count<isa::Matmul>(code));
  CHECK(count<isa::Depthwise>(code) >= 1);
  for (size_t i = 0; i < code.size(); ++i) {
    if (std::holds_alternative<isa::LoadWeights>(code[i].operation)) {
      CHECK(std::holds_alternative<isa::Matmul>(code[i + 1].operation));
    }
    if (const auto* r = std::get_if<isa::Requantize>(&code[i].operation)) CHECK(r->accumulator + 256 <= 4096);
  }
}

TEST_CASE("what overwrites a storage waits until all of it was written") {
  const isa::Machine machine = *isa::load_machine("edge");
  constexpr uint32_t kTile = 16 * 16 * 64;
  const auto load_is_last = [&](const Region& storage) {
    std::vector<EmittedInstruction> code;
    for (uint32_t t = 0; t < 3; ++t) {
      add_tile(code, 0x10000, 0x50000 + t * kTile, t * 256, false);
      code.back().written_storage = 0;
    }
    isa::DmaLoad load;  // into bytes of its first tile
    load.sram = 0x50000;
    load.run_bytes = 100;
    load.count1 = load.count2 = 1;
    code.push_back({load, 0, -1, {}});
    list_schedule(code, {}, {storage}, machine);
    return std::holds_alternative<isa::DmaLoad>(code.back().operation);
  };
  CHECK(load_is_last({0x50000, 0x50000 + 3 * kTile}));
  CHECK(!load_is_last({0, 0}));
}

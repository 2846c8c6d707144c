// Footprints against lists of every byte that an instruction touches, made by its loops.
#include "isa/footprint.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

#include "isa/vector_operands.h"

using namespace atl;
using namespace atl::isa;

namespace {

// The touched range of each space and direction, as [first, last + 1).
class Touched {
 public:
  void add(Space space, bool write, int64_t address, int64_t bytes = 1) {
    auto& range = ranges_.try_emplace({space, write}, address, address + bytes).first->second;
    range.first = std::min(range.first, address);
    range.second = std::max(range.second, address + bytes);
  }
  auto ranges() const { return ranges_; }

 private:
  std::map<std::pair<Space, bool>, std::pair<int64_t, int64_t>> ranges_;
};

Touched joined(const std::vector<Access>& accesses) {
  Touched all;
  for (const Access& a : accesses) {
    all.add(a.space, a.write, static_cast<int64_t>(a.begin), static_cast<int64_t>(a.end - a.begin));
  }
  return all;
}

struct Random {
  std::mt19937 engine{7};
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); }
  template <typename T>
  void set(T& field, int low, int high) {
    field = static_cast<T>(pick(low, high));
  }
};

}  // namespace

TEST_CASE("footprint of dma: exactly the bytes its loops touch") {
  Random random;
  for (int round = 0; round < 500; ++round) {
    DmaLoad op;
    random.set(op.run_bytes, 1, 9);
    random.set(op.count1, 1, 4);
    random.set(op.count2, 1, 4);
    random.set(op.offchip_stride1, -20, 20);
    random.set(op.offchip_stride2, -20, 20);
    random.set(op.sram_stride1, -20, 20);
    random.set(op.sram_stride2, -20, 20);
    op.offchip = 1000;
    op.sram = 500;
    Touched expected;
    for (int64_t i = 0; i < op.count1; ++i) {
      for (int64_t j = 0; j < op.count2; ++j) {
        expected.add(Space::kOffchip, false, 1000 + i * op.offchip_stride1 + j * op.offchip_stride2, op.run_bytes);
        expected.add(Space::kSram, true, 500 + i * op.sram_stride1 + j * op.sram_stride2, op.run_bytes);
      }
    }
    REQUIRE(joined(footprint(op, {})).ranges() == expected.ranges());
  }
  DmaStore store;
  store.run_bytes = store.count1 = store.count2 = 1;
  CHECK(footprint(store, {})[0].write);
  CHECK(!footprint(store, {})[1].write);
}

TEST_CASE("footprint of load_weights: tiles, the last one shorter, strides that let tiles overlap") {
  Random random;
  for (int round = 0; round < 500; ++round) {
    LoadWeights op;
    op.sram = 10;
    random.set(op.tile_stride, 0, 30);
    random.set(op.tiles, 1, 4);
    random.set(op.rows, 1, 5);
    random.set(op.last_rows, 1, op.rows);
    random.set(op.columns, 1, 5);
    op.diagonal = random.pick(0, 1);
    Touched expected;
    for (int64_t i = 0; i < op.tiles; ++i) {
      const int rows = op.diagonal ? 1 : i + 1 == op.tiles ? op.last_rows : op.rows;
      expected.add(Space::kSram, false, 10 + i * op.tile_stride, int64_t{rows} * op.columns);
    }
    REQUIRE(joined(footprint(op, {})).ranges() == expected.ranges());
  }
}

TEST_CASE("channels of pixels interleave") {
  // Every pair of windows in pixels of 6 bytes against a list of their bytes.
  for (uint64_t period : {6, 9}) {
    for (uint64_t begin = 0; begin < 14; ++begin) {
      for (uint64_t width = 1; width < period; ++width) {
        const Access a{Space::kSram, true, 3, 3 + 2 * 18 + 2, 6, 2};
        const Access b{Space::kSram, false, begin, begin + 3 * period + width, period, width};
        bool common = false;
        for (uint64_t i = 0; i < 36; ++i) {
          for (uint64_t j = 0; j < 36; ++j) {
            for (uint64_t k = 0; k < 2; ++k) {
              for (uint64_t l = 0; l < width; ++l) common = common || 3 + 6 * i + k == begin + period * j + l;
            }
          }
        }
        REQUIRE(interleave(a, b) == common);
        REQUIRE(interleave(b, a) == common);
      }
    }
  }
  CHECK(interleave({Space::kSram, true, 0, 8}, {Space::kSram, true, 2, 20, 6, 1}));
  CHECK(!conflicts({Space::kSram, true, 0, 8, 4, 1}, {Space::kSram, true, 2, 20, 4, 1}));
  CHECK(!conflicts({Space::kSram, true, 0, 8, 4, 1}, {Space::kSram, true, 8, 20, 4, 1}));
  CHECK(conflicts({Space::kSram, true, 0, 9, 4, 1}, {Space::kSram, true, 8, 20, 4, 1}));
}

TEST_CASE("what a requantize and a depthwise touch of every pixel") {
  Requantize out;
  out.sram = 70;
  out.columns = 3;
  out.height = 2;
  out.width = 4;
  out.pixel_stride = 10;
  out.row_stride = 40;
  const Access written = footprint(out, {})[2];
  CHECK((written.begin == 70 && written.end == 70 + 73 && written.period == 10 && written.width == 3));
  out.row_stride = 45;  // rows that are no whole pixels: the range
  CHECK(footprint(out, {})[2].period == 0);
  Depthwise op;
  op.sram = 100;
  op.pixel_stride = 8;
  op.row_stride = 24;
  op.input_height = op.input_width = 3;
  op.origin_y = op.origin_x = -1;
  op.stride_y = op.stride_x = op.dilation_y = op.dilation_x = 1;
  op.kernel_height = op.kernel_width = 3;
  op.height = 1;
  op.width = 3;
  op.columns = 5;
  op.depth_multiplier = 2;
  op.weights = 1000;
  op.accumulator = 7;
  const std::vector<Access> accesses = footprint(op, {});
  REQUIRE(accesses.size() == 3);
  CHECK((accesses[0].space == Space::kAccumulator && accesses[0].write && accesses[0].begin == 7 &&
         accesses[0].end == 10));
  CHECK((accesses[1].begin == 1000 && accesses[1].end == 1045 && !accesses[1].write));
  // Input rows 0 and 1, three channels of every pixel.
  CHECK((accesses[2].begin == 100 && accesses[2].end == 100 + 24 + 16 + 3 && accesses[2].period == 8 &&
         accesses[2].width == 3));
  // Of 16 bits: pairs of rows, three channels of two bytes.
  op.is_16bit = true;
  CHECK((footprint(op, {})[0].begin == 7 && footprint(op, {})[0].end == 13));
  CHECK((footprint(op, {})[2].end == 100 + 24 + 16 + 6 && footprint(op, {})[2].width == 6));
}

TEST_CASE("footprint of matmul: covers all input bytes inside the image, never more than the image") {
  Random random;
  int empty = 0;
  for (int round = 0; round < 3000; ++round) {
    Matmul op;
    op.sram = 100;
    random.set(op.pixel_stride, 0, 6);
    random.set(op.row_stride, 0, 40);
    random.set(op.input_height, 1, 5);
    random.set(op.input_width, 1, 5);
    random.set(op.origin_y, -6, 6);
    random.set(op.origin_x, -6, 6);
    for (u16* field : {&op.stride_y, &op.stride_x, &op.dilation_y, &op.dilation_x, &op.kernel_height, &op.kernel_width,
                       &op.height, &op.width}) {
      random.set(*field, 1, 3);
    }
    random.set(op.channels, 1, 4);
    op.accumulator = 3;
    op.accumulate = random.pick(0, 1);
    op.is_16bit = random.pick(0, 1);
    const int bytes = op.is_16bit ? 2 : 1;
    Touched used, image;
    for (int64_t y = 0; y < op.input_height; ++y) {
      for (int64_t x = 0; x < op.input_width; ++x)
        image.add(Space::kSram, false, 100 + y * op.row_stride + x * op.pixel_stride, bytes * op.channels);
    }
    for (int64_t oy = 0; oy < op.height; ++oy) {
      for (int64_t ox = 0; ox < op.width; ++ox) {
        for (int64_t ky = 0; ky < op.kernel_height; ++ky) {
          for (int64_t kx = 0; kx < op.kernel_width; ++kx) {
            const int64_t y = op.origin_y + oy * op.stride_y + ky * op.dilation_y;
            const int64_t x = op.origin_x + ox * op.stride_x + kx * op.dilation_x;
            const bool inside = y >= 0 && y < op.input_height && x >= 0 && x < op.input_width;
            if (inside) {
              used.add(Space::kSram, false, 100 + y * op.row_stride + x * op.pixel_stride, bytes * op.channels);
            }
          }
        }
      }
    }
    const auto ranges = joined(footprint(op, {})).ranges();
    const auto rows = std::pair<int64_t, int64_t>(3, 3 + bytes * op.height * op.width);
    REQUIRE(ranges.at({Space::kAccumulator, true}) == rows);
    REQUIRE((ranges.count({Space::kAccumulator, false}) == 1) == op.accumulate);
    const auto given = ranges.find({Space::kSram, false});
    const auto all_used = used.ranges();
    if (all_used.empty()) {
      ++empty;
      if (given == ranges.end()) continue;
    } else {
      REQUIRE(given != ranges.end());
      REQUIRE(given->second.first <= all_used.begin()->second.first);
      REQUIRE(given->second.second >= all_used.begin()->second.second);
    }
    REQUIRE(given->second.first >= image.ranges().begin()->second.first);
    REQUIRE(given->second.second <= image.ranges().begin()->second.second);
  }
  CHECK(empty > 10);
}

TEST_CASE("footprint of requantize: accumulators, parameters, table and output") {
  Requantize op;
  op.accumulator = 5;
  op.columns = 3;
  op.height = 2;
  op.width = 4;
  op.sram = 1000;
  op.row_stride = 50;
  op.pixel_stride = 10;
  op.parameters = 200;
  op.use_table = true;
  op.table = 400;
  const auto accesses = footprint(op, {});
  REQUIRE(accesses.size() == 4);
  const auto range = [&](size_t i) { return std::pair(accesses[i].begin, accesses[i].end); };
  CHECK(range(0) == std::pair<uint64_t, uint64_t>(5, 13));
  CHECK(range(1) == std::pair<uint64_t, uint64_t>(200, 236));
  CHECK(range(2) == std::pair<uint64_t, uint64_t>(1000, 1083));
  CHECK(accesses[2].write);
  CHECK(range(3) == std::pair<uint64_t, uint64_t>(400, 656));
  op.use_table = false;
  CHECK(footprint(op, {}).size() == 3);
  for (int mode = 2; mode < kRequantizeModes; ++mode) {
    op.mode = static_cast<u8>(mode);
    const auto pairs = footprint(op, {});
    REQUIRE(pairs.size() == 3);
    CHECK((pairs[0].begin == 5 && pairs[0].end == 21));
    CHECK((pairs[1].begin == 200 && pairs[1].end == 248));
    CHECK((pairs[2].begin == 1000 && pairs[2].end == 1086 && pairs[2].write && pairs[2].width == 6));
  }
}

TEST_CASE("footprint of vector: exactly the elements of the loop nest, and the tables its program reads") {
  Random random;
  const std::vector<LaneProgram> lanes = {{}, {{{LaneOp::kLookup, 0, 0, kImmediate, 1, 0}}, {}}};
  for (int round = 0; round < 300; ++round) {
    Vector op;
    op.program = static_cast<u16>(round % 2);
    op.inputs = static_cast<u8>(random.pick(0, 1));
    op.out = op.in0 = 1000;
    op.table1 = 5000;
    for (u32* n : {&op.n0, &op.n1, &op.n2, &op.n3, &op.k0, &op.k1, &op.k2}) random.set(*n, 1, 3);
    for (i32* s : {&op.out_s0, &op.out_s1, &op.out_s2, &op.out_s3, &op.in0_s0, &op.in0_s1, &op.in0_s2, &op.in0_s3,
                   &op.in0_r0, &op.in0_r1, &op.in0_r2}) {
      random.set(*s, -20, 20);
    }
    random.set(op.out_type, 0, 3);
    random.set(op.in0_type, 0, 3);
    Touched expected;
    const auto n = output_extents(op);
    const auto k = reduction_extents(op);
    for (int64_t i = 0; i < n[0] * n[1] * n[2] * n[3]; ++i) {
      const int64_t i3 = i % n[3], i2 = i / n[3] % n[2], i1 = i / n[3] / n[2] % n[1], i0 = i / n[3] / n[2] / n[1];
      const int64_t at = 1000 + i0 * op.out_s0 + i1 * op.out_s1 + i2 * op.out_s2 + i3 * op.out_s3;
      expected.add(Space::kSram, true, at, lane_type_bytes(LaneType{op.out_type}));
      for (int64_t j = 0; op.inputs > 0 && j < k[0] * k[1] * k[2]; ++j) {
        const int64_t j2 = j % k[2], j1 = j / k[2] % k[1], j0 = j / k[2] / k[1];
        const int64_t from = 1000 + i0 * op.in0_s0 + i1 * op.in0_s1 + i2 * op.in0_s2 + i3 * op.in0_s3 + j0 * op.in0_r0 +
                             j1 * op.in0_r1 + j2 * op.in0_r2;
        expected.add(Space::kSram, false, from, lane_type_bytes(LaneType{op.in0_type}));
      }
    }
    if (op.program == 1) expected.add(Space::kSram, false, 5000, 1024);
    REQUIRE(joined(footprint(op, lanes)).ranges() == expected.ranges());
  }
}

TEST_CASE("control instructions touch nothing; conflicts need one space, an overlap and a write") {
  CHECK(footprint(Halt{}, {}).empty());
  CHECK(footprint(Barrier{}, {}).empty());
  CHECK(footprint(TileWindow{}, {}).empty());
  const Access write = {Space::kSram, true, 10, 20}, read = {Space::kSram, false, 19, 30};
  CHECK(conflicts(write, read));
  CHECK(!conflicts(read, read));
  CHECK(!conflicts(write, {Space::kSram, false, 20, 30}));
  CHECK(!conflicts(write, {Space::kOffchip, true, 10, 20}));
}

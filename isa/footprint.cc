#include "isa/footprint.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <numeric>

#include "isa/extent.h"
#include "isa/vector_operands.h"

namespace atl::isa {
namespace {

// A loop of `count` >= 1 steps of `stride` bytes.
struct Loop {
  i128 count;
  i128 stride;
};

// From the first to the last byte of all elements of `bytes` bytes at base + sum of index * stride.
Extent strided(Space space, bool write, std::string_view what, i128 base, i128 bytes,
               std::initializer_list<Loop> loops) {
  i128 low = base, high = base;
  for (const Loop& loop : loops) {
    const i128 reach = (loop.count - 1) * loop.stride;
    (reach < 0 ? low : high) += reach;
  }
  return {space, write, what, low, high + bytes};
}

template <typename Dma>
std::vector<Extent> dma_extents(const Dma& op, bool load) {
  return {strided(Space::kOffchip, !load, "offchip", op.offchip, op.run_bytes,
                  {{op.count1, op.offchip_stride1}, {op.count2, op.offchip_stride2}}),
          strided(Space::kSram, load, "sram", op.sram, op.run_bytes,
                  {{op.count1, op.sram_stride1}, {op.count2, op.sram_stride2}})};
}

struct Reach {
  i128 first, last;
  bool empty() const { return first > last; }
};

// The input coordinates that origin + o * stride + k * dilation reaches inside 0 .. size - 1.
Reach reach(i128 origin, i128 outputs, i128 stride, i128 taps, i128 dilation, i128 size) {
  return {std::max<i128>(origin, 0), std::min<i128>(origin + (outputs - 1) * stride + (taps - 1) * dilation, size - 1)};
}

// The access cut down to the first `bytes` bytes of every pixel, where rows are whole numbers of pixels.
Extent by_pixels(Extent extent, i128 row_stride, i128 pixel_stride, i128 bytes) {
  if (pixel_stride <= bytes || row_stride % pixel_stride != 0) return extent;
  extent.period = pixel_stride;
  extent.width = bytes;
  return extent;
}

// Accumulator rows of an instruction's output pixels.
template <typename Op>
i128 accumulator_rows(const Op& op, bool pairs) {
  return i128{op.height} * op.width * (pairs ? 2 : 1);
}

// The bytes of a matmul's or depthwise's input under its taps: the first `bytes` of every pixel; none if all are
// padding.
template <typename Op>
void add_input(const Op& op, i128 bytes, std::vector<Extent>& all) {
  const Reach y = reach(op.origin_y, op.height, op.stride_y, op.kernel_height, op.dilation_y, op.input_height);
  const Reach x = reach(op.origin_x, op.width, op.stride_x, op.kernel_width, op.dilation_x, op.input_width);
  if (y.empty() || x.empty()) return;
  const i128 first = op.sram + y.first * op.row_stride + x.first * op.pixel_stride;
  const i128 last = op.sram + y.last * op.row_stride + x.last * op.pixel_stride;
  all.push_back(by_pixels({Space::kSram, false, "sram", first, last + bytes}, op.row_stride, op.pixel_stride, bytes));
}

std::vector<Extent> extents_of(const Halt&, const std::vector<LaneProgram>&) { return {}; }
std::vector<Extent> extents_of(const Barrier&, const std::vector<LaneProgram>&) { return {}; }
std::vector<Extent> extents_of(const TileWindow&, const std::vector<LaneProgram>&) { return {}; }
std::vector<Extent> extents_of(const DmaLoad& op, const std::vector<LaneProgram>&) { return dma_extents(op, true); }
std::vector<Extent> extents_of(const DmaStore& op, const std::vector<LaneProgram>&) { return dma_extents(op, false); }

std::vector<Extent> extents_of(const LoadWeights& op, const std::vector<LaneProgram>&) {
  const i128 tile = i128{op.columns} * (op.diagonal ? 1 : op.rows);
  const i128 last_tile = i128{op.columns} * (op.diagonal ? 1 : op.last_rows);
  Extent all = strided(Space::kSram, false, "sram", op.sram, last_tile, {{op.tiles, op.tile_stride}});
  // With a small stride the last full tile may reach further than the shorter one after it.
  if (op.tiles > 1) all.end = std::max(all.end, op.sram + (i128{op.tiles} - 2) * op.tile_stride + tile);
  return {all};
}

std::vector<Extent> extents_of(const Matmul& op, const std::vector<LaneProgram>&) {
  const i128 rows = accumulator_rows(op, op.is_16bit);
  std::vector<Extent> all = {{Space::kAccumulator, true, "accumulator", op.accumulator, op.accumulator + rows}};
  if (op.accumulate) all.push_back({Space::kAccumulator, false, "accumulator", op.accumulator, op.accumulator + rows});
  add_input(op, i128{op.channels} * (op.is_16bit ? 2 : 1), all);
  return all;
}

std::vector<Extent> extents_of(const Requantize& op, const std::vector<LaneProgram>&) {
  const bool pairs = is_pair_mode(op.mode);
  const i128 rows = accumulator_rows(op, pairs), bytes = i128{op.columns} * (pairs ? 2 : 1);
  std::vector<Extent> all = {{Space::kAccumulator, false, "accumulator", op.accumulator, op.accumulator + rows},
                             strided(Space::kSram, false, "parameters", op.parameters,
                                     i128{op.columns} * requantize_parameter_bytes(op.mode), {}),
                             by_pixels(strided(Space::kSram, true, "sram", op.sram, bytes,
                                               {{op.height, op.row_stride}, {op.width, op.pixel_stride}}),
                                       op.row_stride, op.pixel_stride, bytes)};
  if (op.use_table) all.push_back(strided(Space::kSram, false, "table", op.table, 256, {}));
  return all;
}

std::vector<Extent> extents_of(const Vector& op, const std::vector<LaneProgram>& lane_programs) {
  ATOLL_CHECK(op.program < lane_programs.size(), "lane program {} of {}", op.program, lane_programs.size());
  std::vector<Extent> all;
  const auto add = [&](std::string_view what, bool write, const VectorOperand& o) {
    const auto& s = o.strides;
    const auto& r = o.reduction_strides;
    all.push_back(strided(
        Space::kSram, write, what, o.address, lane_type_bytes(o.type),
        {{op.n0, s[0]}, {op.n1, s[1]}, {op.n2, s[2]}, {op.n3, s[3]}, {op.k0, r[0]}, {op.k1, r[1]}, {op.k2, r[2]}}));
  };
  constexpr std::array<std::string_view, 3> kInputNames = {"in0", "in1", "in2"};
  for (size_t i = 0; i < op.inputs; ++i) add(kInputNames[i], false, vector_input(op, static_cast<int>(i)));
  const LaneProgram& program = lane_programs[op.program];
  if (const int bytes = table_bytes(program, 0); bytes > 0)
    all.push_back(strided(Space::kSram, false, "table0", op.table0, bytes, {}));
  if (const int bytes = table_bytes(program, 1); bytes > 0)
    all.push_back(strided(Space::kSram, false, "table1", op.table1, bytes, {}));
  add("out", true, vector_output(op));
  return all;
}

std::vector<Extent> extents_of(const Depthwise& op, const std::vector<LaneProgram>&) {
  std::vector<Extent> all = {
      {Space::kAccumulator, true, "accumulator", op.accumulator, op.accumulator + accumulator_rows(op, op.is_16bit)},
      {Space::kSram, false, "weights", op.weights, op.weights + i128{op.kernel_height} * op.kernel_width * op.columns}};
  const i128 channels = (i128{op.columns} + op.depth_multiplier - 1) / op.depth_multiplier;
  add_input(op, channels * (op.is_16bit ? 2 : 1), all);
  return all;
}

std::vector<Extent> extents_of(const std::monostate&, const std::vector<LaneProgram>&) {
  ATOLL_CHECK(false, "an operation without an instruction");
  return {};
}

}  // namespace

std::string decimal(i128 value) {
  std::string digits;
  for (i128 rest = value < 0 ? -value : value; rest > 0 || digits.empty(); rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  return value < 0 ? "-" + digits : digits;
}

std::vector<Extent> extents(const Operation& operation, const std::vector<LaneProgram>& lane_programs) {
  return std::visit([&](const auto& op) { return extents_of(op, lane_programs); }, operation);
}

std::vector<Access> footprint(const Operation& operation, const std::vector<LaneProgram>& lane_programs) {
  std::vector<Access> accesses;
  for (const Extent& extent : extents(operation, lane_programs)) {
    ATOLL_CHECK(extent.begin >= 0 && extent.end > extent.begin && extent.end <= i128{1} << 63,
                "{} of a {}: not validated", extent.what, mnemonic_of(operation));
    accesses.push_back({extent.space, extent.write, static_cast<uint64_t>(extent.begin),
                        static_cast<uint64_t>(extent.end), static_cast<uint64_t>(extent.period),
                        static_cast<uint64_t>(extent.width)});
  }
  return accesses;
}

bool interleave(const Access& a, const Access& b) {
  if (a.period == 0 || b.period == 0) return true;
  // Modulo a common divisor of the periods both touch one window of residues.
  const uint64_t period = std::gcd(a.period, b.period);
  if (a.width >= period || b.width >= period) return true;
  const uint64_t distance = (b.begin % period + period - a.begin % period) % period;  // from a's window to b's
  return distance < a.width || distance + b.width > period;
}

bool conflicts(const Access& a, const Access& b) {
  return a.space == b.space && (a.write || b.write) && a.begin < b.end && b.begin < a.end && interleave(a, b);
}

}  // namespace atl::isa

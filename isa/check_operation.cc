#include "isa/check_operation.h"

#include <algorithm>
#include <initializer_list>

#include "isa/extent.h"
#include "isa/vector_operands.h"

namespace atl::isa {
namespace {

struct Context {
  const Program& program;
  const Machine& machine;
  WindowOffsets& windows;
  ProblemList& problems;

  // field = value must be low .. high; `what` says what the bound is.
  void range(std::string_view field, int64_t value, int64_t low, int64_t high, std::string_view what = {}) {
    problems.require(value >= low && value <= high, "{} = {} is not in {} .. {}{}{}", field, value, low, high,
                     what.empty() ? "" : ", ", what);
  }
  void positive(std::string_view field, int64_t value) {
    problems.require(value >= 1, "{} = {}, but must be at least 1", field, value);
  }
  // The product must be at most `limit`; factors may be 0.
  void work(std::string_view what, std::initializer_list<int64_t> factors, int64_t limit) {
    i128 product = 1;
    for (const int64_t factor : factors) product = std::min<i128>(product * factor, i128{1} << 64);
    problems.require(product <= limit, "{} is more than the {} that one instruction may have", what, limit);
  }
  void zero_point(std::string_view field, int64_t value, bool is_unsigned) {
    range(field, value, is_unsigned ? 0 : -128, is_unsigned ? 255 : 127, is_unsigned ? "a uint8" : "an int8");
  }
};

// ---- one overload a kind: everything but the addresses ----

void check_fields(const Halt&, Context&) {}
void check_fields(const Barrier&, Context&) {}

void check_fields(const TileWindow& op, Context& at) {
  if (at.problems.require(op.tile < at.machine.tiles(), "tile = {}, but the machine has {} tiles", op.tile,
                          at.machine.tiles())) {
    at.windows.set(op.tile, op.offchip_offset);
  }
}

template <typename Dma>
void check_dma(const Dma& op, Context& at) {
  at.problems.require(at.machine.offchip_bytes_per_cycle > 0, "the machine has no off-chip memory");
  at.positive("run_bytes", op.run_bytes);
  at.positive("count1", op.count1);
  at.positive("count2", op.count2);
  at.work("run_bytes * count1 * count2", {op.run_bytes, op.count1, op.count2}, kMaxWork);
}
void check_fields(const DmaLoad& op, Context& at) { check_dma(op, at); }
void check_fields(const DmaStore& op, Context& at) { check_dma(op, at); }

void check_fields(const LoadWeights& op, Context& at) {
  at.positive("tiles", op.tiles);
  at.range("rows", op.rows, 1, at.machine.rows, "rows of the array");
  at.range("last_rows", op.last_rows, op.diagonal ? op.rows : 1, op.rows, "rows of a tile");
  at.range("columns", op.columns, 1, at.machine.columns, "columns of the array");
  at.zero_point("zero_point", op.zero_point, op.is_unsigned);
  if (!op.diagonal) return;
  at.positive("depth_multiplier", op.depth_multiplier);
  at.problems.require(int64_t{op.rows} * op.depth_multiplier >= op.columns,
                      "columns = {} of a diagonal tile, but rows * depth_multiplier are {}", op.columns,
                      int64_t{op.rows} * op.depth_multiplier);
}

// What matmul and depthwise share: the walk over the input ...
template <typename Op>
void check_walk(const Op& op, Context& at) {
  at.positive("input_height", op.input_height);
  at.positive("input_width", op.input_width);
  at.positive("stride_y", op.stride_y);
  at.positive("stride_x", op.stride_x);
  at.positive("dilation_y", op.dilation_y);
  at.positive("dilation_x", op.dilation_x);
  at.positive("kernel_height", op.kernel_height);
  at.positive("kernel_width", op.kernel_width);
}
// ... and the output pixels.
template <typename Op>
void check_outputs(const Op& op, Context& at) {
  at.range("columns", op.columns, 1, at.machine.columns, "columns of the array");
  at.positive("height", op.height);
  at.positive("width", op.width);
  at.zero_point("zero_point", op.zero_point, op.is_unsigned);
  at.problems.require(!op.is_16bit || (op.zero_point == 0 && !op.is_unsigned),
                      "is_16bit = 1 with zero_point = {}, is_unsigned = {}, but both must be 0 then", op.zero_point,
                      static_cast<int>(op.is_unsigned));
}

void check_fields(const Matmul& op, Context& at) {
  check_walk(op, at);
  at.positive("channels", op.channels);
  at.range("rows", op.rows, 1, at.machine.rows, "rows of the array");
  check_outputs(op, at);
  at.work("kernel_height * kernel_width * channels", {op.kernel_height, op.kernel_width, op.channels}, kMaxContraction);
  at.work("kernel_height * kernel_width * channels * height * width",
          {op.kernel_height, op.kernel_width, op.channels, op.height, op.width}, kMaxWork);
}

void check_fields(const Depthwise& op, Context& at) {
  check_walk(op, at);
  check_outputs(op, at);
  at.positive("depth_multiplier", op.depth_multiplier);
  at.zero_point("weights_zero_point", op.weights_zero_point, op.weights_unsigned);
  at.work("kernel_height * kernel_width * columns", {op.kernel_height, op.kernel_width, op.columns}, kMaxContraction);
  at.work("kernel_height * kernel_width * columns * height * width",
          {op.kernel_height, op.kernel_width, op.columns, op.height, op.width}, kMaxWork);
}

void check_fields(const Requantize& op, Context& at) {
  at.range("columns", op.columns, 1, at.machine.columns, "columns of the array");
  at.positive("height", op.height);
  at.positive("width", op.width);
  at.range("mode", op.mode, 0, kRequantizeModes - 1, "a requantization");
  if (is_pair_mode(op.mode) && op.mode < kRequantizeModes) {
    at.problems.require(op.minimum <= op.maximum, "minimum = {}, maximum = {} are not a range", op.minimum, op.maximum);
    at.problems.require(!op.use_table, "use_table = 1 with the int16 of mode {}, but tables are for bytes", op.mode);
    return;
  }
  at.range("zero_point", op.zero_point, -128, 255, "an int8 or uint8");
  const bool as_int8 = op.minimum >= -128 && op.maximum <= 127;
  const bool as_uint8 = op.minimum >= 0 && op.maximum <= 255;
  at.problems.require(op.minimum <= op.maximum && (as_int8 || as_uint8),
                      "minimum = {}, maximum = {} are not a range of an int8 or uint8", op.minimum, op.maximum);
}

void check_fields(const Vector& op, Context& at) {
  const auto programs = static_cast<int64_t>(at.program.lane_programs.size());
  at.problems.require(op.program < programs, "program = {}, but there are {} lane programs", op.program, programs);
  const auto n = output_extents(op);
  const auto k = reduction_extents(op);
  constexpr std::string_view kNames[] = {"n0", "n1", "n2", "n3", "k0", "k1", "k2"};
  for (size_t i = 0; i < 7; ++i) at.positive(kNames[i], i < 4 ? n[i] : k[i - 4]);
  at.work("n0 * n1 * n2 * n3 * k0 * k1 * k2", {n[0], n[1], n[2], n[3], k[0], k[1], k[2]}, kMaxWork);
  at.range("reduce", op.reduce, 0, static_cast<int64_t>(Reduce::kMin), "a reduction");
  if (Reduce{op.reduce} != Reduce::kNone) return;
  at.problems.require(k[0] * k[1] * k[2] == 1, "k0, k1, k2 = {}, {}, {} without a reduction", k[0], k[1], k[2]);
  at.problems.require(!op.across_lanes, "across_lanes = 1 without a reduction");
  at.problems.require(op.program >= programs || at.program.lane_programs[op.program].tail.empty(),
                      "lane program {} has a tail, but there is no reduction", op.program);
}

void check_fields(const std::monostate&, Context& at) { at.problems.require(false, "no instruction"); }

// ---- addresses ----

template <typename Op>
constexpr bool kHasOffchip = std::is_same_v<Op, DmaLoad> || std::is_same_v<Op, DmaStore>;

bool is_windowed(const Operation& operation) {
  return std::visit(
      []<typename Op>(const Op& op) {
        if constexpr (kHasOffchip<Op>) return bool{op.windowed};
        return false;
      },
      operation);
}

void check_addresses(const Operation& operation, Context& at) {
  for (Extent extent : extents(operation, at.program.lane_programs)) {
    i128 size = at.machine.sram_bytes;
    std::string_view memory = "SRAM of";
    if (extent.space == Space::kAccumulator) {
      size = at.machine.accumulator_rows;
      memory = "accumulators, rows";
    } else if (extent.space == Space::kOffchip) {
      size = at.program.offchip_bytes;
      memory = "off-chip memory of";
      if (is_windowed(operation)) {
        extent.begin += at.windows.lowest();
        extent.end += at.windows.highest();
      }
    }
    at.problems.require(extent.begin >= 0 && extent.end <= size, "{}: {} {} .. {} is not inside the {} {}", extent.what,
                        extent.write ? "writing" : "reading", decimal(extent.begin), decimal(extent.end - 1), memory,
                        decimal(size));
  }
}

}  // namespace

void WindowOffsets::set(size_t tile, int32_t offset) {
  offsets_[tile] = offset;
  const auto [low, high] = std::minmax_element(offsets_.begin(), offsets_.end());
  lowest_ = *low;
  highest_ = *high;
}

void check_operation(const Operation& operation, const Program& program, const Machine& machine, WindowOffsets& windows,
                     ProblemList& problems) {
  Context at{program, machine, windows, problems};
  const int before = problems.count();
  std::visit([&](const auto& op) { check_fields(op, at); }, operation);
  if (problems.count() == before) check_addresses(operation, at);
}

}  // namespace atl::isa

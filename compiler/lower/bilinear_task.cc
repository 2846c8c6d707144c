// Constants: the weights of the rows, then those of the columns, int16. Outputs whose low and high advance evenly share
// an instruction: an axis that grows by a whole factor takes about as many as the factor.
#include "compiler/lower/bilinear_task.h"

#include <algorithm>
#include <cmath>

#include "compiler/tasks/lane_builder.h"
#include "compiler/tasks/nest.h"

namespace atl::compiler {
namespace {

constexpr int kPlaceBits = 10;
constexpr int32_t kOne = 1 << kPlaceBits;
constexpr int64_t kWeightBytes = 2, kSumBytes = 4;
constexpr int64_t kMostPeriods = 16;  // of outputs, tried for runs

using Op = isa::LaneOp;

// Outputs first, first + step, ...: low and high of the first, and their steps.
struct Run {
  int64_t first, step, count;
  int64_t low, high, low_step, high_step;
};

std::vector<Run> runs_of_period(const std::vector<Blend>& axis, int64_t begin, int64_t end, int64_t period) {
  std::vector<Run> runs;
  for (int64_t residue = begin; residue < std::min(begin + period, end); ++residue) {
    for (int64_t o = residue; o < end;) {
      const auto at = [&](int64_t i) -> const Blend& { return axis[static_cast<size_t>(o + i * period)]; };
      Run run{o, period, 1, at(0).low, at(0).high, 0, 0};
      for (; o + run.count * period < end; ++run.count) {
        const int64_t low = at(run.count).low - at(run.count - 1).low;
        const int64_t high = at(run.count).high - at(run.count - 1).high;
        if (run.count == 1) run.low_step = low, run.high_step = high;
        if (low != run.low_step || high != run.high_step) break;
      }
      o += run.count * period;
      runs.push_back(run);
    }
  }
  return runs;
}

std::vector<Run> runs_of(const std::vector<Blend>& axis, int64_t begin, int64_t end) {
  std::vector<Run> best = runs_of_period(axis, begin, end, 1);
  for (int64_t period = 2; period <= kMostPeriods; ++period) {
    std::vector<Run> runs = runs_of_period(axis, begin, end, period);
    if (runs.size() < best.size()) best = std::move(runs);
  }
  return best;
}

// r0 and r1 are the neighbours, r2 the weight of r1: r0 = r0 * 1024 + (r1 - r0) * r2.
isa::LaneProgram blend_program(bool last) {
  LaneBuilder body;
  body.op(Op::kSubtract, 1, 1, 0).op(Op::kShiftLeft, 0, 0, Imm{kPlaceBits}).op(Op::kMultiplyAdd, 0, 1, 2);
  if (last) body.op(Op::kRoundingShiftRight, 0, 0, Imm{2 * kPlaceBits});
  return {body.take(), {}};
}

// The last blend of int16, whose sums of 20 bits behind the point don't fit 32 bits: r0 and r1 as high and low parts of
// 10 bits, S = 1024 P + Q with P in r0 and Q in r3, and S / 2^20 rounded half away: floor of (S + 2^19 - (S < 0)) /
// 2^20.
isa::LaneProgram wide_blend_program() {
  LaneBuilder body;
  const Imm low_bits{kOne - 1}, place{kPlaceBits};
  body.op(Op::kAnd, 3, 0, low_bits).op(Op::kShiftRight, 0, 0, place);
  body.op(Op::kAnd, 4, 1, low_bits).op(Op::kShiftRight, 1, 1, place);
  body.op(Op::kSubtract, 1, 1, 0).op(Op::kShiftLeft, 0, 0, place).op(Op::kMultiplyAdd, 0, 1, 2);
  body.op(Op::kSubtract, 4, 4, 3).op(Op::kShiftLeft, 3, 3, place).op(Op::kMultiplyAdd, 3, 4, 2);
  body.op(Op::kShiftRight, 5, 3, place).op(Op::kAdd, 5, 5, 0).op(Op::kCompareLess, 5, 5, Imm{0});
  body.op(Op::kAdd, 3, 3, Imm{1 << (2 * kPlaceBits - 1)}).op(Op::kSubtract, 3, 3, 5).op(Op::kShiftRight, 3, 3, place);
  body.op(Op::kAdd, 0, 0, 3).op(Op::kShiftRight, 0, 0, place);
  return {body.take(), {}};
}

isa::LaneProgram program_to(isa::LaneType type) {
  return type == isa::LaneType::kInt16 ? wide_blend_program() : blend_program(type != isa::LaneType::kInt32);
}

struct Plane {
  uint32_t address;
  isa::LaneType type;
  Dims strides;
};

// Blends along dimension d: `from` starts at coordinate `origin` of it, `to` at output `begin`; `weights` are those of
// the whole axis.
struct AxisPass {
  int d;
  int64_t begin, origin;
  const std::vector<Blend>& axis;
  uint32_t weights;
  Plane from, to;
  Dims extent;  // of what is made
  int32_t written_storage;
};

void emit_axis(const AxisPass& pass, const isa::Machine& machine, Emitter& emitter) {
  const auto at = [](uint32_t address, int64_t offset) { return static_cast<uint32_t>(address + offset); };
  const int d = pass.d;
  for (const Run& run : runs_of(pass.axis, pass.begin, pass.begin + pass.extent[d])) {
    const auto stepped = [&](Dims strides, int64_t step) {
      strides[d] *= step;
      return strides;
    };
    Nest nest;
    nest.extent = pass.extent;
    nest.extent[d] = run.count;
    nest.output = {at(pass.to.address, (run.first - pass.begin) * pass.to.strides[d]), pass.to.type,
                   stepped(pass.to.strides, run.step), Dims()};
    const auto neighbour = [&](int64_t first, int64_t step) {
      return Stream{at(pass.from.address, (first - pass.origin) * pass.from.strides[d]), pass.from.type,
                    stepped(pass.from.strides, step), Dims()};
    };
    Dims weight_strides(pass.extent.rank());
    weight_strides[d] = kWeightBytes * run.step;
    nest.inputs = {neighbour(run.low, run.low_step), neighbour(run.high, run.high_step),
                   Stream{at(pass.weights, run.first * kWeightBytes), isa::LaneType::kInt16, weight_strides, Dims()}};
    nest.program = program_to(pass.to.type);
    nest.written_storage = pass.written_storage;
    emit_nest(nest, machine, emitter);
  }
}

void append_weights(std::vector<uint8_t>& bytes, const std::vector<Blend>& axis) {
  for (const Blend& blend : axis) {
    bytes.push_back(static_cast<uint8_t>(blend.weight & 0xff));
    bytes.push_back(static_cast<uint8_t>(blend.weight >> 8));
  }
}

int64_t most_inputs(const std::vector<Blend>& axis, int64_t outputs) {
  int64_t most = 1;
  for (size_t o = 0; o + static_cast<size_t>(outputs) <= axis.size(); ++o) {
    most = std::max(most, axis[o + static_cast<size_t>(outputs) - 1].high - axis[o].low + 1);
  }
  return most;
}

}  // namespace

std::vector<Blend> blends(int64_t input, int64_t output, bool align_corners, bool half_pixel_centers) {
  const bool aligned = align_corners && output > 1;
  const int64_t steps = aligned ? output - 1 : output;
  const int64_t scale = (kOne * (aligned ? input - 1 : input) + steps / 2) / steps;
  std::vector<Blend> axis;
  for (int64_t o = 0; o < output; ++o) {
    const int64_t place = std::max<int64_t>(0, o * scale + (half_pixel_centers ? scale / 2 - kOne / 2 : 0));
    const int64_t low = std::min(place / kOne, input - 1);
    const int64_t high = std::min((place + kOne - 1) / kOne, input - 1);
    axis.push_back({low, high, low == high ? 0 : place - low * kOne});
  }
  return axis;
}

std::optional<std::vector<Blend>> exact_float_blends(int32_t input, int32_t output, bool align_corners,
                                                     bool half_pixel_centers) {
  constexpr float parts = 128;
  const bool aligned = align_corners && output > 1;
  const float scale =
      static_cast<float>(aligned ? input - 1 : input) / static_cast<float>(aligned ? output - 1 : output);
  std::vector<Blend> axis;
  for (int32_t o = 0; o < output; ++o) {
    const auto at = static_cast<float>(o);
    const float place = half_pixel_centers ? (at + 0.5f) * scale - 0.5f : at * scale;
    const int64_t low = std::clamp<int64_t>(static_cast<int64_t>(std::floor(place)), 0, input - 1);
    const int64_t high = std::clamp<int64_t>(static_cast<int64_t>(std::ceil(place)), 0, input - 1);
    const float weight = place - static_cast<float>(low);
    if (weight * parts != std::floor(weight * parts) || std::abs(weight) > 1) return std::nullopt;
    axis.push_back({low, high, low == high ? 0 : static_cast<int64_t>(weight * static_cast<float>(kOne))});
  }
  return axis;
}

BilinearTask::BilinearTask(Operand input, Operand result, isa::LaneType type, std::vector<Blend> rows,
                           std::vector<Blend> columns)
    : type_(type), rows_(std::move(rows)), columns_(std::move(columns)) {
  region = Box::whole(result.shape);
  grain = Dims(4, 1);
  inputs = {std::move(input)};
  output = std::move(result);
  append_weights(constants, rows_);
  append_weights(constants, columns_);
}

Box BilinearTask::input_box(size_t /*input*/, const Box& tile) const {
  Box box = tile;
  const auto span = [&](int d, const std::vector<Blend>& axis) {
    const auto first = static_cast<size_t>(tile.begin[d]), last = first + static_cast<size_t>(tile.extent[d]) - 1;
    box.begin[d] = axis[first].low;
    box.extent[d] = axis[last].high - axis[first].low + 1;
  };
  span(1, rows_);
  span(2, columns_);
  return box;
}

Dims BilinearTask::input_extent(size_t /*input*/, const Dims& tile) const {
  return Dims{tile[0], most_inputs(rows_, tile[1]), most_inputs(columns_, tile[2]), tile[3]};
}

int64_t BilinearTask::temporary_bytes(const Dims& tile) const {
  return tile[0] * tile[1] * most_inputs(columns_, tile[2]) * tile[3] * kSumBytes;
}

void BilinearTask::emit_tile(const Tile& tile, Emitter& emitter) const {
  const Box from = input_box(0, tile.box);
  Dims between = tile.box.extent;
  between[2] = from.extent[2];
  const Plane input{tile.inputs[0].at(from.begin), type_, tile.inputs[0].strides};
  const Plane sums{tile.temporaries, isa::LaneType::kInt32, dense_strides(between, kSumBytes)};
  const Plane result{tile.output.at(tile.box.begin), type_, tile.output.strides};
  const auto columns = static_cast<uint32_t>(tile.constants + rows_.size() * kWeightBytes);
  emit_axis({1, tile.box.begin[1], from.begin[1], rows_, tile.constants, input, sums, between, -1}, *tile.machine,
            emitter);
  emit_axis(
      {2, tile.box.begin[2], from.begin[2], columns_, columns, sums, result, tile.box.extent, tile.written_storage},
      *tile.machine, emitter);
}

LeastWork BilinearTask::least_work(const isa::Machine& machine) const {
  const auto primitives = [](isa::LaneType type) { return static_cast<int64_t>(program_to(type).body.size()); };
  const int64_t sums = region.extent[0] * region.extent[1] * inputs[0].shape[2] * region.extent[3];
  const int64_t work = sums * primitives(isa::LaneType::kInt32) + region.elements() * primitives(type_);
  return {0, (work + machine.lanes - 1) / machine.lanes, 0, 0};
}

}  // namespace atl::compiler

// ARG_MAX and ARG_MIN along one axis: a reduction over keys of value * 65536 + place, so that the extreme key has the
// first place of the extreme value; for the maximum, places count down from 65535.
//
// Places come from two short tables: for element k, one entry by k / 64 and one by k mod 64.
#include "compiler/lower/arg_extreme.h"

#include "compiler/lower/byte_map.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/lane_builder.h"
#include "compiler/tasks/nest.h"
#include "compiler/tasks/vector_task.h"

namespace atl::compiler {
namespace {

using Op = isa::LaneOp;
constexpr int kChunkBits = 6;
constexpr int64_t kChunk = 1 << kChunkBits;
constexpr int64_t kEntryBytes = 2, kKeyBytes = 4;
constexpr int kPlaceBits = 16;
constexpr int32_t kPlaceMask = 0xffff;
constexpr int32_t kLastChunk = kPlaceMask >> kChunkBits;

// Input [outer, axis, inner], output [outer, inner, words]: the region is word 0 of every index.
class ArgTask : public VectorTask {
 public:
  ArgTask(Operand input, Operand result, isa::LaneType type, bool largest) : type_(type), largest_(largest) {
    axis_ = input.shape[1];
    region = {Dims(3), Dims{result.shape[0], result.shape[1], 1}};
    grain = Dims(3, 1);
    inputs = {std::move(input)};
    output = std::move(result);
    for (int64_t i = 0; i < kChunk; ++i) append(largest_ ? kChunk - 1 - i : i);
    for (int64_t i = 0; i <= axis_ / kChunk; ++i) append(chunk_entry(i));
  }

  LeastWork least_work(const isa::Machine& machine) const override {
    const int64_t work = region.elements() * (axis_ * static_cast<int64_t>(keys().body.size()) + 1);
    return {0, (work + machine.lanes - 1) / machine.lanes, 0, 0};
  }

 protected:
  Box input_box(size_t /*input*/, const Box& tile) const override {
    return {Dims{tile.begin[0], 0, tile.begin[1]}, input_extent(0, tile.extent)};
  }
  Dims input_extent(size_t /*input*/, const Dims& tile) const override { return Dims{tile[0], axis_, tile[1]}; }
  int64_t temporary_bytes(const Dims& tile) const override { return 2 * tile[0] * tile[1] * kKeyBytes; }

  void emit_tile(const Tile& tile, Emitter& emitter) const override {
    const Dims extent{tile.box.extent[0], tile.box.extent[1]};
    const Dims key_strides = dense_strides(extent, kKeyBytes);
    const auto rest_keys = static_cast<uint32_t>(tile.temporaries + extent.product() * kKeyBytes);
    const int64_t chunks = axis_ / kChunk, rest = axis_ % kChunk;
    std::vector<Stream> found;
    const auto reduce = [&](int64_t first_chunk, const Dims& counts, uint32_t keys_address) {
      found.push_back({keys_address, isa::LaneType::kInt32, key_strides, Dims()});
      emit_keys(tile, first_chunk, extent, counts, found.back(), emitter);
    };
    if (chunks > 0) reduce(0, Dims{chunks, kChunk}, tile.temporaries);
    if (rest > 0) reduce(chunks, Dims{1, rest}, rest_keys);
    LaneBuilder body;
    if (found.size() == 2) body.op(largest_ ? Op::kMaximum : Op::kMinimum, 0, 0, 1);
    body.op(Op::kAnd, 0, 0, Imm{kPlaceMask});
    if (largest_) body.op(Op::kReverseSubtract, 0, 0, Imm{kPlaceMask});
    Nest nest;
    nest.extent = extent;
    nest.output = {tile.output.at(tile.box.begin), isa::LaneType::kInt32,
                   Dims{tile.output.strides[0], tile.output.strides[1]}, Dims()};
    nest.inputs = std::move(found);
    nest.program.body = body.take();
    nest.written_storage = tile.written_storage;
    emit_nest(nest, *tile.machine, emitter);
  }

 private:
  int64_t chunk_entry(int64_t chunk) const { return largest_ ? kLastChunk - chunk : chunk; }
  void append(int64_t entry) {
    constants.push_back(static_cast<uint8_t>(entry & 0xff));
    constants.push_back(static_cast<uint8_t>(entry >> 8));
  }
  // r0 is the element, r1 its entry in the chunk, r2 the chunk's.
  static isa::LaneProgram keys() {
    LaneBuilder body;
    body.op(Op::kShiftLeft, 2, 2, Imm{kChunkBits}).op(Op::kAdd, 1, 1, 2);
    body.op(Op::kShiftLeft, 0, 0, Imm{kPlaceBits}).op(Op::kAdd, 0, 0, 1);
    return {body.take(), {}};
  }

  void emit_keys(const Tile& tile, int64_t first_chunk, const Dims& extent, const Dims& counts, const Stream& result,
                 Emitter& emitter) const {
    const Placed& in = tile.inputs[0];
    const int64_t step = in.strides[1];
    Nest nest;
    nest.extent = extent;
    nest.reduce_extent = counts;
    nest.reduce = largest_ ? isa::Reduce::kMax : isa::Reduce::kMin;
    nest.output = result;
    const Dims first{tile.box.begin[0], first_chunk * kChunk, tile.box.begin[1]};
    const auto chunk_table = static_cast<uint32_t>(tile.constants + (kChunk + first_chunk) * kEntryBytes);
    nest.inputs = {Stream{in.at(first), type_, Dims{in.strides[0], in.strides[2]}, Dims{step * kChunk, step}},
                   Stream{tile.constants, isa::LaneType::kInt16, Dims(2), Dims{0, kEntryBytes}},
                   Stream{chunk_table, isa::LaneType::kInt16, Dims(2), Dims{kEntryBytes, 0}}};
    nest.program = keys();
    emit_nest(nest, *tile.machine, emitter);
  }

  isa::LaneType type_;
  bool largest_;
  int64_t axis_ = 1;
};

}  // namespace

std::optional<size_t> arg_axis(const graph::OpView& op) {
  const auto rank = static_cast<int64_t>(op.input(0)->shape.size());
  if (op.input(1) == nullptr) return {};
  const auto axes = graph::constant_integers(*op.input(1));
  if (!axes || axes->size() != 1 || (*axes)[0] < -rank || (*axes)[0] >= rank) return {};
  return static_cast<size_t>((*axes)[0] < 0 ? (*axes)[0] + rank : (*axes)[0]);
}

void lower_arg_extreme(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor& input = *op.input(0);
  const size_t axis = *arg_axis(op);
  int64_t outer = 1, inner = 1;
  for (size_t d = 0; d < input.shape.size(); ++d) {
    if (d < axis) outer *= input.shape[d];
    if (d > axis) inner *= input.shape[d];
  }
  // An int64 is two words, of which the second is 0.
  const int64_t words = op.output(0).type == graph::DType::kInt64 ? 2 : 1;
  Operand result = builder.view(op.op.outputs[0], Dims{outer, inner});
  result.shape = Dims{outer, inner, words};
  result.element_bytes = kKeyBytes;
  if (words == 2) {
    auto zeros = fill_task(result, {Dims{0, 0, 1}, Dims{outer, inner, 1}}, 0);
    zeros->output_type = isa::LaneType::kInt32;
    builder.add(std::move(zeros));
  }
  builder.add(std::make_unique<ArgTask>(builder.view(op.op.inputs[0], Dims{outer, input.shape[axis], inner}), result,
                                        lane_type(input), op.op.kind == graph::OpKind::kArgMax));
}

}  // namespace atl::compiler

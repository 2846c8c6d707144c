#include "compiler/lower/row_task.h"

#include <algorithm>

#include "compiler/tasks/nest.h"

namespace atl::compiler {
namespace {
constexpr int64_t kNumberBytes = 4;
}

RowTask::RowTask(Operand input, Operand result, isa::LaneType type, int numbers, std::vector<RowPass> passes,
                 std::vector<uint8_t> tables)
    : type_(type), numbers_(numbers), passes_(std::move(passes)) {
  ATOLL_CHECK(input.shape.rank() == 2 && input.shape == result.shape);
  region = Box::whole(result.shape);
  grain = Dims{1, result.shape[1]};
  inputs = {std::move(input)};
  output = std::move(result);
  constants = std::move(tables);
}

int64_t RowTask::temporary_bytes(const Dims& tile) const { return numbers_ * tile[0] * kNumberBytes; }

void RowTask::emit_tile(const Tile& tile, Emitter& emitter) const {
  const int64_t rows = tile.box.extent[0], elements = tile.box.extent[1];
  const Placed& in = tile.inputs[0];
  const auto number = [&](int i) { return static_cast<uint32_t>(tile.temporaries + i * rows * kNumberBytes); };
  for (const RowPass& pass : passes_) {
    const bool whole_rows = pass.result == RowPass::kElements, reduces = pass.reduce != isa::Reduce::kNone;
    Nest nest;
    nest.extent = whole_rows ? Dims{rows, elements} : Dims{rows};
    nest.reduce = pass.reduce;
    if (reduces) nest.reduce_extent = Dims{elements};
    for (const int operand : pass.operands) {
      Stream stream;
      const bool element = operand == RowPass::kElements;
      const int64_t row_step = element ? in.strides[0] : kNumberBytes, step = element ? in.strides[1] : 0;
      stream.address = element ? in.at(tile.box.begin) : number(operand);
      stream.type = element ? type_ : isa::LaneType::kInt32;
      stream.strides = whole_rows ? Dims{row_step, step} : Dims{row_step};
      if (reduces) stream.reduce_strides = Dims{step};
      nest.inputs.push_back(stream);
    }
    nest.output = whole_rows ? Stream{tile.output.at(tile.box.begin), type_, tile.output.strides, Dims()}
                             : Stream{number(pass.result), isa::LaneType::kInt32, Dims{kNumberBytes}, Dims()};
    nest.program = pass.program;
    for (const int64_t offset : pass.table_offsets) {
      nest.tables.push_back(static_cast<uint32_t>(tile.constants + offset));
    }
    nest.written_storage = whole_rows ? tile.written_storage : -1;
    emit_nest(nest, *tile.machine, emitter);
  }
}

LeastWork RowTask::least_work(const isa::Machine& machine) const {
  int64_t work = 0;
  for (const RowPass& pass : passes_) {
    const bool every = pass.result == RowPass::kElements || pass.reduce != isa::Reduce::kNone;
    const auto length = static_cast<int64_t>(std::max<size_t>(1, pass.program.body.size()));
    work += length * (every ? region.elements() : region.extent[0]);
  }
  return {0, (work + machine.lanes - 1) / machine.lanes, 0, 0};
}

}  // namespace atl::compiler

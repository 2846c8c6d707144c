#include "compiler/tasks/elementwise_task.h"

#include <algorithm>

#include "compiler/tasks/nest.h"

namespace atl::compiler {

Box ElementwiseTask::input_box(size_t input, const Box& tile) const {
  Box box{input_begin[input], Dims(tile.extent.rank(), 1)};
  for (int d = 0; d < tile.extent.rank(); ++d) {
    if (inputs[input].shape[d] == 1) continue;
    box.begin[d] += tile.begin[d] - region.begin[d];
    box.extent[d] = tile.extent[d];
  }
  return box;
}

Dims ElementwiseTask::input_extent(size_t input, const Dims& tile) const {
  Dims extent(tile.rank(), 1);
  for (int d = 0; d < tile.rank(); ++d) {
    if (inputs[input].shape[d] > 1) extent[d] = tile[d];
  }
  return extent;
}

void ElementwiseTask::emit_tile(const Tile& tile, Emitter& emitter) const {
  Nest nest;
  nest.extent = tile.box.extent;
  nest.output = {tile.output.at(tile.box.begin), output_type, tile.output.strides, Dims()};
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Box box = input_box(i, tile.box);
    Dims strides = tile.inputs[i].strides;
    for (int d = 0; d < strides.rank(); ++d) {
      if (inputs[i].shape[d] == 1) strides[d] = 0;
    }
    nest.inputs.push_back({tile.inputs[i].at(box.begin), input_types[i], strides, Dims()});
  }
  nest.program = program;
  for (int64_t offset : table_offsets) nest.tables.push_back(static_cast<uint32_t>(tile.constants + offset));
  nest.written_storage = tile.written_storage;
  emit_nest(nest, *tile.machine, emitter);
}

LeastWork ElementwiseTask::least_work(const isa::Machine& machine) const {
  const int64_t steps = (region.elements() + machine.lanes - 1) / machine.lanes;
  return {0, steps * std::max<int64_t>(1, static_cast<int64_t>(program.body.size())), 0, 0};
}

}  // namespace atl::compiler

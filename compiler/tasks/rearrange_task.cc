#include "compiler/tasks/rearrange_task.h"

#include <algorithm>
#include <cstdlib>

#include "compiler/tasks/nest.h"

namespace atl::compiler {

Dims RearrangeTask::first_read(const Box& tile) const {
  Dims first = origin;
  for (int d = 0; d < tile.extent.rank(); ++d) {
    const RearrangeDim& dim = dims[static_cast<size_t>(d)];
    if (dim.input_dim >= 0) first[dim.input_dim] += (tile.begin[d] - region.begin[d]) * dim.step;
  }
  return first;
}

Box RearrangeTask::input_box(size_t /*input*/, const Box& tile) const {
  Box box{first_read(tile), input_extent(0, tile.extent)};
  for (int d = 0; d < tile.extent.rank(); ++d) {
    const RearrangeDim& dim = dims[static_cast<size_t>(d)];
    if (dim.input_dim >= 0 && dim.step < 0) box.begin[dim.input_dim] += (tile.extent[d] - 1) * dim.step;
  }
  return box;
}

Dims RearrangeTask::input_extent(size_t /*input*/, const Dims& tile) const {
  Dims extent(inputs[0].shape.rank(), 1);
  for (int d = 0; d < tile.rank(); ++d) {
    const RearrangeDim& dim = dims[static_cast<size_t>(d)];
    if (dim.input_dim >= 0) extent[dim.input_dim] += (tile[d] - 1) * std::abs(dim.step);
  }
  return extent;
}

void RearrangeTask::emit_tile(const Tile& tile, Emitter& emitter) const {
  Nest nest;
  nest.extent = tile.box.extent;
  nest.output = {tile.output.at(tile.box.begin), element_type, tile.output.strides, Dims()};
  const Placed& from = tile.inputs[0];
  Dims strides(tile.box.extent.rank());
  for (int d = 0; d < strides.rank(); ++d) {
    const RearrangeDim& dim = dims[static_cast<size_t>(d)];
    if (dim.input_dim >= 0) strides[d] = from.strides[dim.input_dim] * dim.step;
  }
  nest.inputs.push_back({from.at(first_read(tile.box)), element_type, strides, Dims()});
  nest.written_storage = tile.written_storage;
  emit_nest(nest, *tile.machine, emitter);
}

LeastWork RearrangeTask::least_work(const isa::Machine& machine) const {
  return {0, (region.elements() + machine.lanes - 1) / machine.lanes, 0, 0};
}

}  // namespace atl::compiler

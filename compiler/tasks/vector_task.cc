#include "compiler/tasks/vector_task.h"

#include <algorithm>

namespace atl::compiler {
namespace {

// A task is cut into Stripes::of_vector_task tiles where it can be, so that loading, computing and storing overlap, and
// the task with others; but not into tiles with less than this many bytes to move ...
constexpr int64_t kWorthATile = 2048;
// ... unless they have more elements than this.
constexpr int64_t kStripeElements = 8192;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Calls visit(box) for every tile of the region, last dimension fastest.
template <typename Visit>
void for_each_tile(const Box& region, const Dims& tile, Visit&& visit) {
  Dims offset(tile.rank());
  for (bool more = true; more;) {
    Box box{region.begin, tile};
    for (int d = 0; d < tile.rank(); ++d) {
      box.begin[d] += offset[d];
      box.extent[d] = std::min(tile[d], region.extent[d] - offset[d]);
    }
    visit(box);
    more = false;
    for (int d = tile.rank() - 1; d >= 0 && !more; --d) {
      offset[d] += tile[d];
      if (offset[d] < region.extent[d]) {
        more = true;
      } else {
        offset[d] = 0;
      }
    }
  }
}

}  // namespace

int64_t VectorTask::moved_bytes(const Surroundings& surroundings, const Dims& tile) const {
  int64_t bytes = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (surroundings.home(inputs[i].storage).in_sram) continue;
    bytes += input_extent(i, tile).product() * inputs[i].element_bytes;
  }
  if (!surroundings.home(output.storage).in_sram) bytes += tile.product() * output.element_bytes;
  return bytes;
}

int64_t VectorTask::staged_bytes(const Surroundings& surroundings, const Dims& tile, int buffers) const {
  return constant_traffic_bytes(surroundings) + buffers * moved_bytes(surroundings, tile) + temporary_bytes(tile);
}

int64_t VectorTask::least_staging_bytes(const Surroundings& surroundings) const {
  return staged_bytes(surroundings, grain, 1);
}

int64_t VectorTask::constant_traffic_bytes(const Surroundings& surroundings) const {
  return surroundings.constants_cached ? 0 : static_cast<int64_t>(constants.size());
}

Dims VectorTask::choose_tile(const Surroundings& surroundings, int buffers) const {
  const auto good = [&](const Dims& tile) {
    if (staged_bytes(surroundings, tile, buffers) > surroundings.staging_bytes) return false;
    const int64_t tiles = ceil_div(region.elements(), std::max<int64_t>(1, tile.product()));
    if (tiles >= surroundings.stripes.of_vector_task) return true;
    return moved_bytes(surroundings, tile) < kWorthATile && tile.product() < kStripeElements;
  };
  // Outermost dimensions are cut first: that keeps the runs of the DMA long.
  Dims tile = region.extent;
  while (!good(tile)) {
    int d = 0;
    while (d < tile.rank() && tile[d] <= grain[d]) ++d;
    if (d == tile.rank()) break;
    const int64_t parts = ceil_div(region.extent[d], std::max(grain[d], tile[d] / 2));
    tile[d] = std::max(grain[d], std::min(tile[d] - 1, ceil_div(region.extent[d], parts)));
  }
  return tile;
}

void VectorTask::emit(const Surroundings& surroundings, Emitter& emitter) const {
  emitter.set_op(debug_op);
  const int buffers = staged_bytes(surroundings, grain, 2) <= surroundings.staging_bytes ? 2 : 1;
  const Dims tile = choose_tile(surroundings, buffers);

  StagingArea area(surroundings.staging_address, surroundings.staging_bytes);
  Tile placed;
  placed.machine = surroundings.machine;
  placed.constants = static_cast<uint32_t>(surroundings.constants_address);
  if (!surroundings.constants_cached && !constants.empty()) {
    placed.constants = area.take(static_cast<int64_t>(constants.size()));
    const Dims bytes{static_cast<int64_t>(constants.size())};
    emitter.load({surroundings.constants_address, placed.constants, bytes, Dims{1}, Dims{1}, 1});
  }
  placed.temporaries = area.take(temporary_bytes(tile));
  std::vector<StagedOperand> staged;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const int64_t bytes = input_extent(i, tile).product() * inputs[i].element_bytes;
    staged.emplace_back(surroundings, inputs[i], area, bytes, buffers);
  }
  StagedOperand result(surroundings, output, area, tile.product() * output.element_bytes, buffers);
  placed.written_storage = result.written_home();
  for_each_tile(region, tile, [&](const Box& box) {
    placed.box = box;
    placed.inputs.clear();
    for (size_t i = 0; i < inputs.size(); ++i) placed.inputs.push_back(staged[i].load(input_box(i, box), emitter));
    placed.output = result.reserve(box);
    emit_tile(placed, emitter);
    result.store(box, emitter);
  });
}

}  // namespace atl::compiler

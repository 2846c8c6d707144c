#include "simulator/core/execute.h"

#include <algorithm>

#include "simulator/core/depthwise.h"
#include "simulator/core/dma.h"
#include "simulator/core/matmul.h"
#include "simulator/core/requantize.h"
#include "simulator/core/vector.h"
#include "simulator/core/weights.h"

namespace atl::simulator {

namespace {

void set_window(MachineState& state, const isa::TileWindow& operation) {
  ATOLL_CHECK(operation.tile < state.tiles.size());
  state.tiles[operation.tile].window = {operation.height, operation.width, operation.offchip_offset};
}

// An instruction may use the output pixels of its own fields, on a tile whose window is smaller only those of the
// window.
template <typename Operation>
Extent extent_on(const TileState& tile, const Operation& operation) {
  Extent extent{operation.height, operation.width};
  if (operation.windowed) {
    extent.height = std::min(extent.height, tile.window.height);
    extent.width = std::min(extent.width, tile.window.width);
  }
  return extent;
}

}  // namespace

void execute(MachineState& state, const isa::Operation& operation, const std::vector<isa::LaneProgram>& lane_programs) {
  std::visit(isa::Overload{
                 [](const isa::Halt&) {},
                 [](const isa::Barrier&) {},
                 [&](const isa::TileWindow& op) { set_window(state, op); },
                 [&](const isa::DmaLoad& op) {
                   for (TileState& tile : state.tiles) copy(state.offchip, tile, op);
                 },
                 [&](const isa::DmaStore& op) {
                   for (TileState& tile : state.tiles) copy(state.offchip, tile, op);
                 },
                 [&](const isa::LoadWeights& op) {
                   for (TileState& tile : state.tiles) load_weights(tile, op);
                 },
                 [&](const isa::Matmul& op) {
                   for (TileState& tile : state.tiles) matmul(tile, state.columns, op, extent_on(tile, op));
                 },
                 [&](const isa::Requantize& op) {
                   for (TileState& tile : state.tiles) requantize(tile, state.columns, op, extent_on(tile, op));
                 },
                 [&](const isa::Vector& op) {
                   ATOLL_CHECK(op.program < lane_programs.size());
                   for (TileState& tile : state.tiles) run_vector(tile, op, lane_programs[op.program]);
                 },
                 [&](const isa::Depthwise& op) {
                   for (TileState& tile : state.tiles) depthwise(tile, state.columns, op, extent_on(tile, op));
                 },
                 [](std::monostate) { ATOLL_CHECK(false, "an instruction without operation"); },
             },
             operation);
}

}  // namespace atl::simulator

// What of an instruction's output pixels a tile works on.
#pragma once

#include <vector>

#include "simulator/core/state.h"

namespace atl::simulator::pe {

// By tile: output pixels inside of its window are wanted; the others pass by as bubbles.
struct WantedPixels {
  uint32_t height, width;
  bool has(uint32_t oy, uint32_t ox) const { return oy < height && ox < width; }
};

// With the windows as they are now.
template <typename Operation>
std::vector<WantedPixels> wanted_pixels(const MachineState& state, const Operation& operation) {
  std::vector<WantedPixels> wanted;
  for (const TileState& tile : state.tiles) {
    const bool all = !operation.windowed;
    wanted.push_back({all ? UINT32_MAX : tile.window.height, all ? UINT32_MAX : tile.window.width});
  }
  return wanted;
}

}  // namespace atl::simulator::pe

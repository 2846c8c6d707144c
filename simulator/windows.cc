#include "simulator/windows.h"

#include <algorithm>

namespace atl::simulator {

WindowHistory::WindowHistory(const isa::Code& code, size_t tiles) {
  for (uint32_t index = 0; index < code.size(); ++index) {
    const auto* window = std::get_if<isa::TileWindow>(&code[index].operation);
    if (window == nullptr) continue;
    changes_.resize(tiles);
    ATOLL_CHECK(window->tile < tiles);
    changes_[window->tile].emplace_back(index, Window{window->height, window->width, window->offchip_offset});
  }
}

Window WindowHistory::at(uint32_t index, size_t tile) const {
  if (changes_.empty()) return {};
  const auto& changes = changes_[tile];
  const auto later =
      std::partition_point(changes.begin(), changes.end(), [&](const auto& change) { return change.first < index; });
  return later == changes.begin() ? Window{} : std::prev(later)->second;
}

void WindowHistory::apply(uint32_t index, MachineState& state) const {
  for (size_t tile = 0; tile < state.tiles.size(); ++tile) state.tiles[tile].window = at(index, tile);
}

bool is_windowed(const isa::Operation& operation) {
  return std::visit(
      [](const auto& op) {
        if constexpr (requires { op.windowed; }) {
          return bool{op.windowed};
        } else {
          return false;
        }
      },
      operation);
}

}  // namespace atl::simulator

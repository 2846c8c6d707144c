// Everything an accelerator remembers: the off-chip memory and, of every tile, scratchpad, accumulators, loaded weights
// and window.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "isa/machine.h"
#include "simulator/core/memory.h"

namespace atl::simulator {

// What tile_window sets; these values, at the start of a code, limit nothing.
struct Window {
  uint32_t height = 65535, width = 65535;
  int32_t offchip_offset = 0;
  bool operator==(const Window&) const = default;
};

// One loaded weight tile on its way to the array. The tiles of a load_weights share one copy of the scratchpad bytes
// they came from.
struct WeightTile {
  std::shared_ptr<const Bytes> bytes;
  uint64_t offset = 0;  // of this tile in `bytes`
  uint32_t rows = 0, columns = 0;
  bool diagonal = false;
  bool is_unsigned = false;
  int32_t zero_point = 0;
  uint32_t depth_multiplier = 1;
};

struct TileState {
  Memory sram;
  Memory accumulators;  // accumulator_rows x columns int32, row-major
  std::deque<WeightTile> weights;
  Window window;
};

class MachineState {
 public:
  // All zero, `constants` at the start of the off-chip memory. kDoesNotFit when the memories exceed kMaxBytes together
  // or the host can't provide them.
  static Result<MachineState> create(const isa::Machine& machine, uint64_t offchip_bytes,
                                     std::span<const uint8_t> constants);

  static constexpr uint64_t kMaxBytes = uint64_t{64} << 30;

  uint32_t columns = 0;  // of the array, the length of an accumulator row
  Memory offchip;
  std::vector<TileState> tiles;
};

// Row `row` of a tile's accumulators, and the `rows` - 1 after it.
inline int32_t* accumulator_rows(TileState& tile, uint32_t columns, uint64_t row, uint64_t rows) {
  const uint64_t row_bytes = uint64_t{columns} * sizeof(int32_t);
  return reinterpret_cast<int32_t*>(tile.accumulators.at(row * row_bytes, rows * row_bytes));
}

}  // namespace atl::simulator

#include "simulator/core/dma.h"

#include <cstring>

namespace atl::simulator {

namespace {

// The first run's off-chip address on this tile.
template <typename Dma>
int64_t offchip_start(const TileState& tile, const Dma& operation) {
  return static_cast<int64_t>(operation.offchip) + (operation.windowed ? tile.window.offchip_offset : 0);
}

// Calls copy_run(off-chip address, SRAM address) for every run, in order.
template <typename Dma, typename CopyRun>
void for_each_run(const Dma& operation, int64_t offchip, CopyRun&& copy_run) {
  for (int64_t i2 = 0; i2 < operation.count2; ++i2) {
    for (int64_t i1 = 0; i1 < operation.count1; ++i1) {
      copy_run(
          static_cast<uint64_t>(offchip + i2 * operation.offchip_stride2 + i1 * operation.offchip_stride1),
          static_cast<uint64_t>(int64_t{operation.sram} + i2 * operation.sram_stride2 + i1 * operation.sram_stride1));
    }
  }
}

}  // namespace

void copy(const Memory& offchip, TileState& tile, const isa::DmaLoad& operation) {
  const uint32_t bytes = operation.run_bytes;
  for_each_run(operation, offchip_start(tile, operation), [&](uint64_t from, uint64_t to) {
    std::memcpy(tile.sram.at(to, bytes), offchip.at(from, bytes), bytes);
  });
}

void copy(Memory& offchip, const TileState& tile, const isa::DmaStore& operation) {
  const uint32_t bytes = operation.run_bytes;
  for_each_run(operation, offchip_start(tile, operation), [&](uint64_t to, uint64_t from) {
    std::memcpy(offchip.at(to, bytes), tile.sram.at(from, bytes), bytes);
  });
}

}  // namespace atl::simulator

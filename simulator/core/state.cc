#include "simulator/core/state.h"

#include <cstring>

namespace atl::simulator {

namespace {

Error too_large(const isa::Machine& machine, uint64_t offchip_bytes, uint64_t accumulator_bytes) {
  return make_error(ErrorCode::kDoesNotFit,
                    "machine '{}' can't be simulated here: {} tiles of {} bytes of SRAM and {} bytes of accumulators, "
                    "and {} bytes of "
                    "off-chip memory are more than {} bytes or than this computer has; simulate a smaller machine",
                    machine.name, machine.tiles(), machine.sram_bytes, accumulator_bytes, offchip_bytes,
                    MachineState::kMaxBytes);
}

}  // namespace

Result<MachineState> MachineState::create(const isa::Machine& machine, uint64_t offchip_bytes,
                                          std::span<const uint8_t> constants) {
  ATOLL_CHECK(constants.size() <= offchip_bytes);
  const auto sram_bytes = static_cast<uint64_t>(machine.sram_bytes);
  const uint64_t accumulator_bytes = uint64_t(machine.accumulator_rows) * uint64_t(machine.columns) * sizeof(int32_t);
  const auto tiles = static_cast<uint64_t>(machine.tiles());
  // Within the ranges of a machine description (at most 4096 tiles of 1 GiB) none of these overflows.
  if (offchip_bytes > kMaxBytes || tiles * (sram_bytes + accumulator_bytes) > kMaxBytes - offchip_bytes) {
    return too_large(machine, offchip_bytes, accumulator_bytes);
  }
  MachineState state;
  state.columns = static_cast<uint32_t>(machine.columns);
  state.offchip = Memory::zeros(offchip_bytes);
  state.tiles.resize(tiles);
  bool complete = state.offchip.bytes() == offchip_bytes;
  for (TileState& tile : state.tiles) {
    tile.sram = Memory::zeros(sram_bytes);
    tile.accumulators = Memory::zeros(accumulator_bytes);
    complete = complete && tile.sram.bytes() == sram_bytes && tile.accumulators.bytes() == accumulator_bytes;
  }
  if (!complete) return too_large(machine, offchip_bytes, accumulator_bytes);
  if (!constants.empty()) std::memcpy(state.offchip.at(0, constants.size()), constants.data(), constants.size());
  return state;
}

}  // namespace atl::simulator

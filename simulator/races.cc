#include "simulator/races.h"

#include <algorithm>
#include <optional>

#include "isa/footprint.h"

namespace atl::simulator {

namespace {

using isa::Access;

// An instruction that was complete only after later ones had been dispatched.
struct Open {
  uint32_t index;
  isa::Unit unit;
  std::vector<Access> accesses;
};

// The footprint; off-chip accesses of a windowed instruction once for each place that a tile's window moves them to.
std::vector<Access> accesses_of(const isa::Operation& operation, const std::vector<isa::LaneProgram>& lane_programs,
                                const WindowHistory& windows, size_t tiles, uint32_t index) {
  std::vector<Access> accesses = isa::footprint(operation, lane_programs);
  if (!is_windowed(operation)) return accesses;
  std::vector<Access> moved;
  for (const Access& access : accesses) {
    if (access.space != isa::Space::kOffchip) {
      moved.push_back(access);
      continue;
    }
    for (size_t tile = 0; tile < tiles; ++tile) {
      const auto offset = static_cast<uint64_t>(int64_t{windows.at(index, tile).offchip_offset});
      moved.push_back({access.space, access.write, access.begin + offset, access.end + offset});
    }
  }
  return moved;
}

// The two accesses that may not overlap in time, if there are any. Within a unit things happen in the order of the
// code, but for the output stage: it reads parameters and tables at the head of a pipeline that writes at its end.
std::optional<std::pair<Access, Access>> find_conflict(const std::vector<Access>& earlier,
                                                       const std::vector<Access>& later, bool same_unit) {
  for (const Access& a : earlier) {
    for (const Access& b : later) {
      if (isa::conflicts(a, b) && (!same_unit || (a.write && !b.write))) return std::pair(a, b);
    }
  }
  return std::nullopt;
}

std::string_view space_text(isa::Space space) {
  switch (space) {
    case isa::Space::kSram: return "SRAM bytes";
    case isa::Space::kOffchip: return "off-chip bytes";
    case isa::Space::kAccumulator: return "accumulator rows";
  }
  ATOLL_CHECK(false, "space {}", static_cast<int>(space));
}

Error race(const isa::Code& code, const std::vector<isa::timing::InstructionTimes>& times, uint32_t earlier,
           uint32_t later, const std::pair<Access, Access>& conflict) {
  const auto& [a, b] = conflict;
  const isa::Operation &first = code[earlier].operation, &second = code[later].operation;
  return make_error(ErrorCode::kInvalid,
                    "instruction {} ({}) starts in cycle {} and {} {} {} .. {}, before instruction {} ({}), which {} "
                    "them, is complete in "
                    "cycle {}; let {} signal {} and {} wait for it",
                    later, isa::mnemonic_of(second), times[later].started, b.write ? "writes" : "reads",
                    space_text(a.space), std::max(a.begin, b.begin), std::min(a.end, b.end) - 1, earlier,
                    isa::mnemonic_of(first), a.write ? "writes" : "reads", times[earlier].completed, earlier,
                    isa::unit_name(isa::unit_of(second)), later);
}

}  // namespace

Status check_races(const isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs,
                   const WindowHistory& windows, size_t tiles,
                   const std::vector<isa::timing::InstructionTimes>& times) {
  ATOLL_CHECK(times.size() == code.size());
  std::vector<Open> open;
  for (uint32_t index = 0; index < code.size(); ++index) {
    const isa::Operation& operation = code[index].operation;
    const isa::Unit unit = isa::unit_of(operation);
    if (unit == isa::Unit::kControl) continue;
    // Instructions are dispatched in order and start later than that: what is complete by now is so for all that
    // follow.
    std::erase_if(open, [&](const Open& other) { return times[other.index].completed <= times[index].dispatched; });
    std::vector<Access> accesses = accesses_of(operation, lane_programs, windows, tiles, index);
    for (const Open& other : open) {
      const bool same_unit = other.unit == unit;
      if (same_unit && unit != isa::Unit::kOutput) continue;
      if (times[other.index].completed <= times[index].started) continue;
      if (const auto conflict = find_conflict(other.accesses, accesses, same_unit))
        return race(code, times, other.index, index, *conflict);
    }
    open.push_back({index, unit, std::move(accesses)});
  }
  return {};
}

}  // namespace atl::simulator

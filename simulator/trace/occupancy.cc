#include "simulator/trace/occupancy.h"

#include <algorithm>
#include <map>

#include "isa/footprint.h"

namespace atl::simulator {
namespace {

class Occupancy {
 public:
  // [begin, end) was there before the run and has to be at its end.
  void keep(uint64_t begin, uint64_t end, int64_t cycles) { put(begin, end, {0, 0, cycles, true}); }

  void read(uint64_t begin, uint64_t end, int64_t completed) {
    split(begin);
    split(end);
    for (auto at = pieces_.lower_bound(begin); at != pieces_.end() && at->first < end; ++at) {
      at->second.needed_until = std::max(at->second.needed_until, completed);
      at->second.read = true;
    }
  }

  void write(uint64_t begin, uint64_t end, int64_t started, int64_t completed) {
    split(begin);
    split(end);
    std::vector<std::pair<uint64_t, Piece>> fresh;
    uint64_t covered = begin;
    const auto first = pieces_.lower_bound(begin);
    auto at = first;
    for (; at != pieces_.end() && at->first < end; ++at) {
      if (at->first > covered) fresh.push_back({covered, {at->first, started, completed, false}});
      covered = at->second.end;
      if (at->second.read) retire(at->first, at->second, started);
      const int64_t since = at->second.read ? started : std::min(at->second.since, started);
      fresh.push_back({at->first, {at->second.end, since, completed, false}});
    }
    if (covered < end) fresh.push_back({covered, {end, started, completed, false}});
    pieces_.erase(first, at);
    for (const auto& [address, piece] : fresh) append(address, piece);
  }

  Counter counter() && {
    for (const auto& [begin, piece] : pieces_) retire(begin, piece, piece.needed_until);
    return std::move(deltas_).counter();
  }

 private:
  struct Piece {
    uint64_t end = 0;          // address
    int64_t since = 0;         // cycle
    int64_t needed_until = 0;  // cycle: completion of the writer, then of the last reader
    bool read = false;
  };

  void split(uint64_t address) {
    auto after = pieces_.lower_bound(address);
    if (after == pieces_.begin()) return;
    auto& [begin, piece] = *std::prev(after);
    if (piece.end <= address) return;
    pieces_.emplace_hint(after, address, piece);
    piece.end = address;
  }

  void put(uint64_t begin, uint64_t end, Piece piece) {
    split(begin);
    split(end);
    pieces_.erase(pieces_.lower_bound(begin), pieces_.lower_bound(end));
    piece.end = end;
    pieces_[begin] = piece;
  }

  // Joined to the piece before it if that is in use for the same cycles.
  void append(uint64_t begin, const Piece& piece) {
    const auto after = pieces_.lower_bound(begin);
    if (after != pieces_.begin()) {
      Piece& before = std::prev(after)->second;
      if (before.end == begin && before.since == piece.since && before.needed_until == piece.needed_until &&
          before.read == piece.read) {
        before.end = piece.end;
        return;
      }
    }
    pieces_.emplace_hint(after, begin, piece);
  }

  void retire(uint64_t begin, const Piece& piece, int64_t latest) {
    const auto bytes = static_cast<int64_t>(piece.end - begin);
    deltas_.add(piece.since, bytes);
    deltas_.add(std::max(piece.since, std::min(piece.needed_until, latest)), -bytes);
  }

  std::map<uint64_t, Piece> pieces_;  // by first address; they do not overlap
  Deltas deltas_;
};

// handle(access) for what the instruction does to SRAM, reads before writes.
template <typename Handler>
void for_each_sram_access(const isa::Operation& operation, const isa::Program& program, Handler&& handle) {
  const std::vector<isa::Access> accesses = isa::footprint(operation, program.lane_programs);
  for (const bool write : {false, true}) {
    for (const isa::Access& access : accesses) {
      if (access.space == isa::Space::kSram && access.write == write && access.begin < access.end) handle(access);
    }
  }
}

}  // namespace

Counter sram_bytes_in_use(const isa::Program& program, const isa::timing::Timeline& timeline) {
  Occupancy occupancy;
  for (const isa::Instruction& instruction : program.preload) {
    for_each_sram_access(instruction.operation, program, [&](const isa::Access& access) {
      if (access.write) occupancy.keep(access.begin, access.end, timeline.cycles);
    });
  }
  for (size_t index = 0; index < program.main.size(); ++index) {
    const isa::timing::InstructionTimes& times = timeline.instructions[index];
    for_each_sram_access(program.main[index].operation, program, [&](const isa::Access& access) {
      if (access.write) {
        occupancy.write(access.begin, access.end, times.started, times.completed);
      } else {
        occupancy.read(access.begin, access.end, times.completed);
      }
    });
  }
  return std::move(occupancy).counter();
}

}  // namespace atl::simulator

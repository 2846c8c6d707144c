#include "compiler/schedule/dependences.h"

#include <algorithm>
#include <array>
#include <map>

#include "isa/footprint.h"

namespace atl::compiler {
namespace {

// Who uses each address of one memory, as a map of disjoint ranges keyed by their beginning. A use is forgotten when a
// write that covers it comes after it: what conflicts with the use conflicts with the write too.
class AccessHistory {
 public:
  // Records an access and appends to `before` the instructions that it must come after.
  void access(const isa::Access& a, uint32_t instruction, std::vector<uint32_t>& before) {
    split(a.begin);
    split(a.end);
    fill_gaps(a.begin, a.end);
    for (auto it = ranges_.find(a.begin); it != ranges_.end() && it->first < a.end; ++it) {
      std::vector<Use>& uses = it->second.uses;
      std::erase_if(uses, [&](const Use& use) {
        if (use.instruction == instruction || !(a.write || use.access.write)) return false;
        if (!isa::interleave(use.access, a)) return false;
        if (before.empty() || before.back() != use.instruction) before.push_back(use.instruction);
        return a.write && covers(a, use.access);
      });
      uses.push_back({instruction, a});
    }
    if (a.write && a.period == 0) join(a.begin, a.end);
  }

 private:
  struct Use {
    uint32_t instruction;
    isa::Access access;
  };
  struct Range {
    uint64_t end;
    std::vector<Use> uses;
  };

  static bool covers(const isa::Access& a, const isa::Access& b) {
    if (a.period == 0) return true;
    if (a.period != b.period) return false;
    const uint64_t distance = (b.begin % a.period + a.period - a.begin % a.period) % a.period;
    return distance + b.width <= a.width;
  }

  // Makes `address` a boundary.
  void split(uint64_t address) {
    auto it = ranges_.upper_bound(address);
    if (it == ranges_.begin()) return;
    --it;
    if (it->first == address || it->second.end <= address) return;
    ranges_[address] = {it->second.end, it->second.uses};
    it->second.end = address;
  }

  void fill_gaps(uint64_t begin, uint64_t end) {
    uint64_t next = begin;
    for (auto it = ranges_.lower_bound(begin); next < end; ++it) {
      const uint64_t gap_end = it == ranges_.end() ? end : std::min(end, it->first);
      if (next < gap_end) it = ranges_.emplace(next, Range{gap_end, {}}).first;
      next = it->second.end;
    }
  }

  // After a write of all its bytes every part of the range has the same history.
  void join(uint64_t begin, uint64_t end) {
    auto first = ranges_.find(begin);
    first->second.end = end;
    ranges_.erase(std::next(first), ranges_.lower_bound(end));
  }

  std::map<uint64_t, Range> ranges_;
};

}  // namespace

std::vector<std::vector<uint32_t>> dependences(const std::vector<const isa::Operation*>& code,
                                               const std::vector<isa::LaneProgram>& lane_programs) {
  std::array<AccessHistory, 3> histories;  // by Space
  std::vector<std::vector<uint32_t>> all(code.size());
  for (uint32_t i = 0; i < code.size(); ++i) {
    std::vector<uint32_t>& before = all[i];
    for (const isa::Access& access : isa::footprint(*code[i], lane_programs)) {
      histories[static_cast<size_t>(access.space)].access(access, i, before);
    }
    std::sort(before.begin(), before.end());
    before.erase(std::unique(before.begin(), before.end()), before.end());
  }
  return all;
}

std::vector<Region> regions(const Segment& segment, const std::vector<Home>& homes) {
  std::vector<Region> all(segment.storages.size());
  for (size_t s = 0; s < all.size(); ++s) {
    const Storage& storage = segment.storages[s];
    if (!homes[s].in_sram || storage.first_task < 0) continue;
    all[s] = {homes[s].address, homes[s].address + static_cast<uint64_t>(storage.bytes)};
  }
  return all;
}

}  // namespace atl::compiler

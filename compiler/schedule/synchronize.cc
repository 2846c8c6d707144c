#include "compiler/schedule/synchronize.h"

#include <array>
#include <map>

#include "isa/footprint.h"

namespace atl::compiler {
namespace {

constexpr int64_t kNever = -1;
using LastOfUnit = std::array<int64_t, isa::kUnits>;  // instruction index or kNever

constexpr LastOfUnit no_instructions() {
  LastOfUnit last{};
  last.fill(kNever);
  return last;
}

// Who last wrote and read each address of one memory, as a map of disjoint ranges keyed by their beginning.
class AccessHistory {
 public:
  // Records an access and adds to `before` the instructions it must come after.
  void access(const isa::Access& a, int64_t instruction, int unit, LastOfUnit& before) {
    if (a.begin >= a.end) return;
    split(a.begin);
    split(a.end);
    fill_gaps(a.begin, a.end);
    for (auto it = ranges_.find(a.begin); it != ranges_.end() && it->first < a.end; ++it) {
      Users& users = it->second.users;
      merge(before, users.writers);
      if (a.write) {
        merge(before, users.readers);
        users.writers = users.readers = no_instructions();
        users.writers[unit] = instruction;
      } else {
        users.readers[unit] = instruction;
      }
    }
    if (a.write) join(a.begin, a.end);
  }

 private:
  struct Users {
    LastOfUnit writers = no_instructions(), readers = no_instructions();
  };
  struct Range {
    uint64_t end;
    Users users;
  };

  static void merge(LastOfUnit& before, const LastOfUnit& users) {
    for (int u = 0; u < isa::kUnits; ++u) before[u] = std::max(before[u], users[u]);
  }

  // Makes `address` a boundary.
  void split(uint64_t address) {
    auto it = ranges_.upper_bound(address);
    if (it == ranges_.begin()) return;
    --it;
    if (it->first == address || it->second.end <= address) return;
    ranges_[address] = {it->second.end, it->second.users};
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

  // After a write every part of it has the same history.
  void join(uint64_t begin, uint64_t end) {
    auto first = ranges_.find(begin);
    auto last = ranges_.lower_bound(end);
    first->second.end = end;
    ranges_.erase(std::next(first), last);
  }

  std::map<uint64_t, Range> ranges_;
};

}  // namespace

void synchronize(isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs) {
  std::array<AccessHistory, 3> histories;  // by Space
  // waited[u][v]: the latest instruction of unit u that unit v has waited for.
  std::array<LastOfUnit, isa::kUnits> waited;
  waited.fill(no_instructions());
  for (size_t i = 0; i < code.size(); ++i) {
    const isa::Unit unit = isa::unit_of(code[i].operation);
    code[i].wait = code[i].signal = 0;
    if (unit == isa::Unit::kControl) continue;
    const int v = static_cast<int>(unit);
    LastOfUnit before = no_instructions();
    for (const isa::Access& access : isa::footprint(code[i].operation, lane_programs)) {
      histories[static_cast<size_t>(access.space)].access(access, static_cast<int64_t>(i), v, before);
    }
    for (int u = 0; u < isa::kUnits; ++u) {
      if (u == v || before[u] <= waited[u][v]) continue;
      waited[u][v] = before[u];
      code[i].wait |= isa::unit_bit(static_cast<isa::Unit>(u));
      code[before[u]].signal |= isa::unit_bit(unit);
    }
  }
}

}  // namespace atl::compiler

#include "compiler/schedule/accumulator_pool.h"

#include <algorithm>

#include "common/base/check.h"

namespace atl::compiler {

std::optional<AccumulatorPool::Block> AccumulatorPool::find(int64_t count, int64_t lowest, int64_t now) const {
  ATOLL_CHECK(count <= rows_, "{} rows of {}", count, rows_);
  std::optional<Block> best;
  // A block that is free soonest begins at the lowest row or where a hold ends.
  const auto consider = [&](int64_t first) {
    if (first < lowest || first + count > rows_) return;
    int64_t ready = now;
    for (const Hold& hold : holds_) {
      if (hold.first < first + count && first < hold.end) ready = std::max(ready, hold.until);
    }
    if (ready != kUnknown && (!best || ready < best->ready)) best = Block{first, ready};
  };
  consider(lowest);
  for (const Hold& hold : holds_) {
    if (best && best->ready == now) break;
    consider(hold.end);
  }
  return best;
}

void AccumulatorPool::take(int64_t first, int64_t count, int64_t now) {
  std::vector<Hold> kept;
  const auto keep = [&](Hold hold) {
    if (hold.first < hold.end && hold.until > now) kept.push_back(hold);
  };
  // What is left of other holds before and after the rows.
  for (const Hold& hold : holds_) {
    keep({hold.first, std::min(hold.end, first), hold.until});
    keep({std::max(hold.first, first + count), hold.end, hold.until});
  }
  kept.push_back({first, first + count, kUnknown});
  std::sort(kept.begin(), kept.end(), [](const Hold& a, const Hold& b) { return a.first < b.first; });
  holds_ = std::move(kept);
}

void AccumulatorPool::release(int64_t first, int64_t cycle) {
  const auto hold = std::find_if(holds_.begin(), holds_.end(), [&](const Hold& h) { return h.first == first; });
  ATOLL_CHECK(hold != holds_.end() && hold->until == kUnknown, "rows from {} on are not held", first);
  hold->until = cycle;
}

}  // namespace atl::compiler

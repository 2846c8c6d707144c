// Rows of the accumulators while a schedule is made: who holds which until when.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace atl::compiler {

class AccumulatorPool {
 public:
  explicit AccumulatorPool(int64_t rows) : rows_(rows) {}

  struct Block {
    int64_t first;  // row
    int64_t ready;  // the cycle from which it may be written
  };
  // `count` <= rows consecutive rows from row `lowest` on, those that are free soonest from `now` on; nothing if there
  // are none or no one knows when they are free.
  std::optional<Block> find(int64_t count, int64_t lowest, int64_t now) const;
  // Takes them, until release() says when they are free again. `now`: no later call asks about cycles before it.
  void take(int64_t first, int64_t count, int64_t now);
  void release(int64_t first, int64_t cycle);

 private:
  struct Hold {
    int64_t first, end;
    int64_t until;  // kUnknown while in use
  };
  static constexpr int64_t kUnknown = INT64_MAX;

  int64_t rows_;
  std::vector<Hold> holds_;  // disjoint, by first row
};

}  // namespace atl::compiler

// Where tensors live while a subgraph runs: one block of memory, shared by tensors that are not alive at the same time.
#pragma once

#include <cstdint>
#include <vector>

namespace atl::kernels {

// A tensor is alive from the step that writes it to the last that reads it, both included.
struct Lifetime {
  int64_t bytes = 0;
  int64_t first_step = 0, last_step = 0;
};

struct MemoryPlan {
  std::vector<int64_t> offsets;  // of each lifetime, multiples of kMemoryAlignment
  int64_t bytes = 0;             // of the whole block
};

inline constexpr int64_t kMemoryAlignment = 64;

// Largest first, each at the lowest place that no tensor alive at the same time holds. Sizes must add up to less than
// 2^62.
MemoryPlan plan_memory(const std::vector<Lifetime>& lifetimes);

}  // namespace atl::kernels

#include "common/kernels/memory_plan.h"

#include <algorithm>

#include "tests/kernels/one_op.h"

using namespace atl::kernels;
using atl::kernels::test::Draw;

TEST_CASE("tensors that are alive together never share memory") {
  Draw draw(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Lifetime> lifetimes;
    const int count = draw.range(1, 40);
    for (int i = 0; i < count; ++i) {
      const int first = draw.range(-1, 20);
      lifetimes.push_back({draw.range(0, 1000), first, draw.range(first, 21)});
    }
    const MemoryPlan plan = plan_memory(lifetimes);
    for (size_t i = 0; i < lifetimes.size(); ++i) {
      REQUIRE(plan.offsets[i] % kMemoryAlignment == 0);
      REQUIRE(plan.offsets[i] + lifetimes[i].bytes <= plan.bytes);
      for (size_t j = 0; j < i; ++j) {
        const bool together =
            lifetimes[i].first_step <= lifetimes[j].last_step && lifetimes[j].first_step <= lifetimes[i].last_step;
        const bool apart = plan.offsets[i] + lifetimes[i].bytes <= plan.offsets[j] ||
                           plan.offsets[j] + lifetimes[j].bytes <= plan.offsets[i];
        REQUIRE((!together || apart || lifetimes[i].bytes == 0 || lifetimes[j].bytes == 0));
      }
    }
  }
}

TEST_CASE("a chain of equal tensors needs two places") {
  std::vector<Lifetime> chain;
  for (int i = 0; i < 10; ++i) chain.push_back({640, i, i + 1});
  CHECK(plan_memory(chain).bytes == 1280);
  CHECK(plan_memory({}).bytes == 0);
}

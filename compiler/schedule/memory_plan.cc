#include "compiler/schedule/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace atl::compiler {
namespace {

constexpr uint64_t kAlignment = 16;
uint64_t align(uint64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }
int64_t align(int64_t bytes) { return static_cast<int64_t>(align(static_cast<uint64_t>(bytes))); }

// A task that moves anything through staging gets this share of the SRAM where that is possible, and never less than it
// needs.
constexpr int64_t kComfortableShare = 4;

class Planner {
 public:
  Planner(const Segment& segment, const isa::Machine& machine, const Stripes& stripes, MemoryPlan& plan)
      : segment_(segment), machine_(machine), stripes_(stripes), plan_(plan), capacity_(machine.sram_bytes) {}

  std::optional<PlacementFailure> run() {
    plan_.homes.assign(segment_.storages.size(), Home{});
    for (size_t s = 0; s < segment_.storages.size(); ++s) {
      const Storage& storage = segment_.storages[s];
      plan_.homes[s].in_sram = !storage.is_input && !storage.is_output && storage.constant.empty();
    }
    plan_.surroundings.assign(segment_.tasks.size(), Surroundings{});
    for (Surroundings& s : plan_.surroundings) s.machine = &machine_, s.homes = &plan_.homes, s.stripes = stripes_;
    // Neighbouring tasks overlap: the bytes of a storage should not be another's right after its last use.
    bool fits = false;
    for (int32_t slack : {8, 4, 2, 1, 0}) {
      slack_ = slack;
      fits = everything_fits_cached();
      if (fits) break;
    }
    if (!fits) {
      for (Surroundings& s : plan_.surroundings) s.constants_cached = false;
      if (auto failure = spill_until_it_fits()) return failure;
      cache_what_fits();
    }
    place_offchip();
    place_cached();
    place_staging();
    return {};
  }

 private:
  size_t tasks() const { return segment_.tasks.size(); }

  // Storages by first fit, the largest first, over their lifetimes; top_[t] is the end of what is alive with task t.
  void place_storages() {
    std::vector<int32_t> order;
    for (size_t s = 0; s < segment_.storages.size(); ++s) {
      if (plan_.homes[s].in_sram && segment_.storages[s].first_task >= 0) order.push_back(static_cast<int32_t>(s));
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](int32_t a, int32_t b) { return segment_.storages[a].bytes > segment_.storages[b].bytes; });
    top_.assign(tasks(), 0);
    std::vector<int32_t> placed;
    for (int32_t s : order) {
      place_one(s, placed);
      placed.push_back(s);
      const Storage& storage = segment_.storages[s];
      const int64_t end = static_cast<int64_t>(plan_.homes[s].address) + align(storage.bytes);
      for (int32_t t = storage.first_task; t <= storage.last_task; ++t) top_[t] = std::max(top_[t], end);
    }
  }

  void place_one(int32_t s, const std::vector<int32_t>& placed) {
    const Storage& storage = segment_.storages[s];
    std::vector<std::pair<uint64_t, uint64_t>> taken;
    for (int32_t other : placed) {
      const Storage& o = segment_.storages[other];
      if (o.last_task + slack_ < storage.first_task || o.first_task > storage.last_task + slack_) continue;
      taken.emplace_back(plan_.homes[other].address,
                         plan_.homes[other].address + align(static_cast<uint64_t>(o.bytes)));
    }
    std::sort(taken.begin(), taken.end());
    uint64_t address = 0;
    for (const auto& [begin, end] : taken) {
      if (address + static_cast<uint64_t>(storage.bytes) <= begin) break;
      address = std::max(address, end);
    }
    plan_.homes[s].address = address;
  }

  int64_t least(size_t t) const { return align(segment_.tasks[t]->least_staging_bytes(plan_.surroundings[t])); }

  // What a task should get: its least, and a comfortable share if it streams anything.
  int64_t wanted(size_t t) const {
    const int64_t needed = least(t);
    return needed == 0 ? 0 : std::max(needed, capacity_ / kComfortableShare);
  }

  bool everything_fits_cached() {
    for (Surroundings& s : plan_.surroundings) s.constants_cached = true;
    place_storages();
    int64_t constants = 0;
    for (const auto& task : segment_.tasks) constants += align(task->constant_bytes());
    available_ = capacity_ - constants;
    for (size_t t = 0; t < tasks(); ++t) {
      const int64_t needed = least(t);
      // Inputs and outputs of the segment still pass through staging: a little room makes that quick.
      const int64_t room = needed == 0 ? 0 : std::max(needed, std::min<int64_t>(capacity_ / 16, 16 * needed));
      if (top_[t] + room > available_) return false;
    }
    return true;
  }

  std::optional<PlacementFailure> spill_until_it_fits() {
    available_ = capacity_;
    for (;;) {
      place_storages();
      int64_t worst = 0;
      size_t where = 0;
      for (size_t t = 0; t < tasks(); ++t) {
        const int64_t excess = top_[t] + wanted(t) - capacity_;
        if (excess > worst) worst = excess, where = t;
      }
      if (worst == 0) return {};
      const int32_t victim = largest_alive(static_cast<int32_t>(where));
      if (victim >= 0) {
        plan_.homes[victim] = Home{};
        continue;
      }
      return PlacementFailure{segment_.tasks[where]->debug_op, least(where)};
    }
  }

  int32_t largest_alive(int32_t task) const {
    int32_t largest = -1;
    for (size_t s = 0; s < segment_.storages.size(); ++s) {
      const Storage& storage = segment_.storages[s];
      if (!plan_.homes[s].in_sram || storage.first_task < 0) continue;
      if (storage.first_task > task || storage.last_task < task) continue;
      if (largest < 0 || storage.bytes > segment_.storages[largest].bytes) largest = static_cast<int32_t>(s);
    }
    return largest;
  }

  // Constants with the most traffic a byte first, as long as every task keeps what it wants.
  void cache_what_fits() {
    int64_t spare = capacity_;
    for (size_t t = 0; t < tasks(); ++t) spare = std::min(spare, capacity_ - top_[t] - wanted(t));
    std::vector<size_t> order(tasks());
    std::iota(order.begin(), order.end(), size_t{0});
    std::vector<double> saved(tasks(), 0);
    for (size_t t = 0; t < tasks(); ++t) {
      Surroundings s = plan_.surroundings[t];
      s.staging_bytes = wanted(t);
      const int64_t bytes = segment_.tasks[t]->constant_bytes();
      if (bytes > 0)
        saved[t] = static_cast<double>(segment_.tasks[t]->constant_traffic_bytes(s)) / static_cast<double>(bytes);
    }
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return saved[a] > saved[b]; });
    for (size_t t : order) {
      const int64_t bytes = align(segment_.tasks[t]->constant_bytes());
      if (bytes == 0 || bytes > spare) continue;
      plan_.surroundings[t].constants_cached = true;
      spare -= bytes;
      available_ -= bytes;
    }
  }

  void place_offchip() {
    uint64_t next = 0;
    const auto take = [&](uint64_t bytes) {
      const uint64_t address = next;
      next = align(next + bytes);
      return address;
    };
    for (const auto& task : segment_.tasks)
      plan_.constants_offchip.push_back(take(static_cast<uint64_t>(task->constant_bytes())));
    for (size_t s = 0; s < segment_.storages.size(); ++s) {
      if (!segment_.storages[s].constant.empty()) plan_.homes[s].address = take(segment_.storages[s].constant.size());
    }
    plan_.constant_image_bytes = next;
    for (size_t s = 0; s < segment_.storages.size(); ++s) {
      const Storage& storage = segment_.storages[s];
      if (storage.constant.empty() && !plan_.homes[s].in_sram)
        plan_.homes[s].address = take(static_cast<uint64_t>(storage.bytes));
    }
    plan_.offchip_bytes = next;
  }

  void place_cached() {
    plan_.cached_address = static_cast<uint64_t>(available_);
    uint64_t next = plan_.cached_address;
    for (size_t t = 0; t < tasks(); ++t) {
      Surroundings& s = plan_.surroundings[t];
      s.constants_address = plan_.constants_offchip[t];
      if (!s.constants_cached) continue;
      s.constants_address = next;
      next += align(static_cast<uint64_t>(segment_.tasks[t]->constant_bytes()));
    }
    plan_.cached_bytes = next - plan_.cached_address;
  }

  // Neighbouring tasks stage in different halves of the free SRAM where that is enough for them, so that one can load
  // while the other works: even tasks below the middle, odd ones above it.
  void place_staging() {
    const auto middle = [&](size_t t) {
      int64_t top = top_[t];
      if (t > 0) top = std::max(top, top_[t - 1]);
      if (t + 1 < tasks()) top = std::max(top, top_[t + 1]);
      return align((top + available_) / 2);
    };
    for (size_t t = 0; t < tasks(); ++t) {
      int64_t begin = top_[t], end = available_;
      if (t % 2 == 0) {
        end = std::min(end, middle(t));
      } else {
        begin = std::max(begin, middle(t - 1));
        if (t + 1 < tasks()) begin = std::max(begin, middle(t + 1));
      }
      if (end - begin < least(t)) begin = top_[t], end = available_;
      plan_.surroundings[t].staging_address = static_cast<uint32_t>(begin);
      plan_.surroundings[t].staging_bytes = end - begin;
    }
  }

  const Segment& segment_;
  const isa::Machine& machine_;
  const Stripes stripes_;
  MemoryPlan& plan_;
  int64_t capacity_;
  int32_t slack_ = 0;         // tasks between the last use of a storage and the first of another at its place
  int64_t available_ = 0;     // SRAM below the cached constants
  std::vector<int64_t> top_;  // by task
};

}  // namespace

std::optional<PlacementFailure> plan_memory(const Segment& segment, const isa::Machine& machine, const Stripes& stripes,
                                            MemoryPlan& plan) {
  return Planner(segment, machine, stripes, plan).run();
}

}  // namespace atl::compiler

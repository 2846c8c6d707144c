// Timelines worked by hand from docs/timing.md, and what is said of programs that get stuck.
#include "isa/timing/timeline.h"

#include <catch2/catch.hpp>

#include <chrono>

#include "tests/isa/sample_program.h"

using namespace atl;
using namespace atl::isa;
using namespace atl::isa::timing;

namespace {

Timeline run(const Code& code, const Machine& machine = tiny()) {
  const auto timeline = simulate_timeline(code, sample_program().lane_programs, machine);
  INFO((timeline.ok() ? std::string() : timeline.error().text()));
  REQUIRE(timeline.ok());
  return *timeline;
}

std::string refusal(const Code& code, const Machine& machine = tiny()) {
  const auto timeline = simulate_timeline(code, sample_program().lane_programs, machine);
  REQUIRE(!timeline.ok());
  CHECK(timeline.error().code() == ErrorCode::kInvalid);
  return timeline.error().text();
}

constexpr UnitMask bit(Unit unit) { return unit_bit(unit); }

DmaLoad load(uint32_t bytes) {
  DmaLoad op;
  op.run_bytes = bytes;
  op.count1 = op.count2 = 1;
  return op;
}
DmaStore store(uint32_t bytes) {
  DmaStore op;
  op.run_bytes = bytes;
  op.count1 = op.count2 = 1;
  return op;
}

int64_t cycles_of(const Timeline& timeline, Unit unit, Activity activity) {
  return timeline.units[static_cast<size_t>(unit)].cycles[static_cast<size_t>(activity)];
}

}  // namespace

TEST_CASE("halt alone takes the cycle of its dispatch") {
  const Timeline timeline = run({{Halt{}}});
  CHECK(timeline.cycles == 1);
  CHECK(timeline.instructions == std::vector<InstructionTimes>{{0, -1, -1}});
  CHECK(run({{Barrier{}}, {TileWindow{}}, {Halt{}}}).cycles == 3);
}

TEST_CASE("one load: dispatch, decode, bursts, latency") {
  // Dispatched in 0, decoded in 1, 2 bursts of 8 cycles and one of 1 in 2 .. 18, complete 10 cycles after 19.
  const Timeline timeline = run({{load(33)}, {Halt{}}});
  CHECK(timeline.cycles == 29);
  CHECK(timeline.instructions[0] == InstructionTimes{0, 1, 29});
  CHECK(cycles_of(timeline, Unit::kDmaLoad, Activity::kBusy) == 17);
  CHECK(cycles_of(timeline, Unit::kDmaLoad, Activity::kDecode) == 1);
  CHECK(cycles_of(timeline, Unit::kDmaLoad, Activity::kIdle) == 11);
  CHECK(timeline.offchip_read_bytes == 33);
  CHECK(timeline.offchip_written_bytes == 0);
}

TEST_CASE("a barrier waits until completions are visible") {
  // The load is complete at 29, visible at 30: the barrier takes 30, halt 31.
  const Timeline timeline = run({{load(33)}, {Barrier{}}, {Halt{}}});
  CHECK(timeline.instructions[1].dispatched == 30);
  CHECK(timeline.instructions[2].dispatched == 31);
  CHECK(timeline.cycles == 32);
}

TEST_CASE("a token is seen one cycle after completion") {
  const Timeline timeline = run({{load(2), 0, bit(Unit::kDmaStore)}, {store(2), bit(Unit::kDmaLoad), 0}, {Halt{}}});
  CHECK(timeline.instructions[0] == InstructionTimes{0, 1, 13});
  CHECK(timeline.instructions[1] == InstructionTimes{1, 14, 26});
  CHECK(cycles_of(timeline, Unit::kDmaStore, Activity::kWaitSemaphore) == 12);
}

TEST_CASE("two engines take the link in turns, the loading one first") {
  const Timeline timeline = run({{load(32)}, {store(32)}, {Halt{}}});
  // load decodes in 1 and starts in 2, before store asks in 3; bursts 2..9 load, 10..17 store, 18..25 load, 26..33
  // store.
  CHECK(timeline.instructions[0].completed == 36);
  CHECK(timeline.instructions[1].completed == 44);
  CHECK(cycles_of(timeline, Unit::kDmaLoad, Activity::kWaitLink) == 8);
  CHECK(cycles_of(timeline, Unit::kDmaStore, Activity::kWaitLink) == 15);
}

TEST_CASE("weights: loaded behind the array's back, one tile ahead") {
  const Timeline timeline = run({{sample_weights()}, {sample_matmul()}, {Halt{}}});
  // Tiles of 4, 4 and 1 rows; the array takes 9 cycles for each. Tile 0 loads in 2..5 and is seen at 7: the array
  // works 7..15. The shadow is free at 8, but the array takes all 8 bytes a cycle: tile 1 loads in 16..19, is seen at
  // 21, 21..29. Tile 2 likewise: 30, seen at 32, 32..40. With rows + columns - 1 = 6 more the matmul is complete at 47.
  CHECK(timeline.instructions[0] == InstructionTimes{0, 1, 31});
  CHECK(timeline.instructions[1] == InstructionTimes{1, 2, 47});
  CHECK(cycles_of(timeline, Unit::kArray, Activity::kWaitWeights) == 4 + 5 + 2);
  CHECK(cycles_of(timeline, Unit::kWeights, Activity::kWaitWeights) == 2 + 2);
  CHECK(cycles_of(timeline, Unit::kWeights, Activity::kWaitSram) == 8 + 8);
  CHECK(timeline.cycles == 47);
  // With twice the bandwidth loading hides behind the array: 7..15, 16..24, 25..33.
  Machine machine = tiny();
  machine.sram_banks = 4;
  const Timeline wide = run({{sample_weights()}, {sample_matmul()}, {Halt{}}}, machine);
  CHECK(wide.instructions[1] == InstructionTimes{1, 2, 40});
  CHECK(cycles_of(wide, Unit::kArray, Activity::kWaitWeights) == 4);
}

TEST_CASE("a full queue holds up dispatch") {
  Machine machine = tiny();
  machine.queue_depth = 1;
  const Timeline timeline = run({{load(2)}, {load(2)}, {load(2)}, {Halt{}}}, machine);
  // Decoded in 1, 3, 5. The second finds the queue full in 1 and goes in 2; the third waits until 3 is over.
  CHECK(timeline.instructions[1].dispatched == 2);
  CHECK(timeline.instructions[2].dispatched == 4);
  CHECK(timeline.instructions[2] == InstructionTimes{4, 5, 17});
}

TEST_CASE("an instruction completes no earlier than the one before it in its unit") {
  Vector with_tables = sample_vector();
  const Timeline timeline = run({{sample_requantize()}, {with_tables}, {Halt{}}});
  CHECK(timeline.instructions[0].completed >= 0);
  // dma latency is the same for both, so the order shows only in equality at the earliest.
  const Timeline two = run({{load(64)}, {load(1)}, {Halt{}}});
  CHECK(two.instructions[1].completed > two.instructions[0].completed);
}

TEST_CASE("a deadlock names every unit, its instruction and what it waits for") {
  const Code code = {
      {load(2), bit(Unit::kVector), 0},
      {load(2)},
      {sample_weights(), 0, 0},
      {Requantize(sample_requantize()), static_cast<UnitMask>(bit(Unit::kArray) | bit(Unit::kDmaLoad)), 0},
      {sample_matmul(), bit(Unit::kOutput), 0},
      {Barrier{}},
      {Halt{}}};
  CHECK(refusal(code) ==
        "the program deadlocks: nothing completes after cycle 0\n"
        "  dispatch: instruction 5 (barrier) waits until everything before it is complete\n"
        "  dma_load: instruction 0 (dma_load) waits for a token of vector -> dma_load, which holds 0; 1 more in its "
        "queue\n"
        "  dma_store: idle, its queue is empty\n"
        "  weights: instruction 2 (load_weights) waits for the shadow weights, whose tile no matmul takes; 0 more in "
        "its queue\n"
        "  array: instruction 4 (matmul) waits for a token of output -> array, which holds 0; 0 more in its queue\n"
        "  output: instruction 3 (requantize) waits for a token of dma_load -> output, array -> output, which holds 0; "
        "0 more in its queue\n"
        "  vector: idle, its queue is empty");
}

TEST_CASE("a deadlock through full queues and missing weights") {
  Machine machine = tiny();
  machine.queue_depth = 1;
  // The second store fills the queue, so the load that would free the first is never dispatched.
  const Code code = {
      {sample_matmul()}, {store(2), bit(Unit::kDmaLoad), 0}, {store(2)}, {load(2), 0, bit(Unit::kDmaStore)}, {Halt{}}};
  const std::string text = refusal(code, machine);
  CHECK(text.find("  dispatch: instruction 2 (dma_store) waits for room in its unit's queue\n") != std::string::npos);
  CHECK(text.find("  array: instruction 0 (matmul) waits for a weight tile that no load_weights provides; 0 more in "
                  "its queue\n") != std::string::npos);
}

TEST_CASE("what is left over at the end is refused") {
  CHECK(refusal({{load(2), 0, static_cast<UnitMask>(bit(Unit::kArray) | bit(Unit::kDmaLoad))},
                 {load(2), 0, bit(Unit::kArray)},
                 {Halt{}}}) ==
        "the program ends with 1 tokens left in semaphore dma_load -> dma_load; every signal needs its wait\n"
        "the program ends with 2 tokens left in semaphore dma_load -> array; every signal needs its wait");
  LoadWeights one = sample_weights();
  one.tiles = 1;
  CHECK(refusal({{one}, {Halt{}}}) == "the program ends with a weight tile that no matmul took");
}

TEST_CASE("a semaphore holds no more than its limit") {
  Code code(kMaxTokens + 1, {load(2), 0, bit(Unit::kArray)});
  code.push_back({Halt{}});
  CHECK(refusal(code) == "a semaphore holds more than 65535 tokens");
}

TEST_CASE("bursts that nobody disturbs cost no time, and long runs are exact") {
  DmaLoad longest = load(1u << 31);
  longest.count1 = 2;
  const auto before = std::chrono::steady_clock::now();
  const Timeline timeline = run({{longest}, {load(15)}, {Halt{}}});
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(1));
  CHECK(timeline.instructions[0].completed == (int64_t{1} << 31) + 2 + 10);
  CHECK(timeline.cycles == (int64_t{1} << 31) + 2 + 1 + 8 + 10);
  CHECK(timeline.offchip_read_bytes == (int64_t{1} << 32) + 15);
}

TEST_CASE("activities have names") {
  CHECK(activity_name(Activity::kBusy) == "busy");
  CHECK(activity_name(Activity::kWaitLink) == "wait_link");
  CHECK(activity_name(Activity::kIdle) == "idle");
}

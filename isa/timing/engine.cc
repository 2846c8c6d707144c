#include "isa/timing/engine.h"

#include <algorithm>

namespace atl::isa::timing {
namespace {

constexpr std::array kAllUnits = {Unit::kDmaLoad, Unit::kDmaStore, Unit::kWeights,
                                  Unit::kArray,   Unit::kOutput,   Unit::kVector};
constexpr std::array kSramOrder = {Unit::kDmaLoad, Unit::kDmaStore, Unit::kOutput,
                                   Unit::kArray,   Unit::kWeights,  Unit::kVector};
constexpr bool is_dma(Unit unit) { return unit == Unit::kDmaLoad || unit == Unit::kDmaStore; }
constexpr Unit other_dma(Unit unit) { return unit == Unit::kDmaLoad ? Unit::kDmaStore : Unit::kDmaLoad; }

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// What a phase needs, in bytes, or in cycles if it needs no SRAM.
int64_t need(const Phase& phase) { return phase.sram_bytes > 0 ? phase.cycles * phase.sram_bytes : phase.cycles; }

}  // namespace

Engine::Engine(const Code& code, const std::vector<LaneProgram>& lane_programs, const Machine& machine)
    : code_(code), lane_programs_(lane_programs), machine_(machine) {
  timeline_.instructions.resize(code.size());
}

Result<Timeline> Engine::run() {
  while (!finished()) {
    if (!step()) return deadlock();
    if (now_ > kMaxCycles)
      return make_error(ErrorCode::kInvalid, "the program runs for more than {} cycles", kMaxCycles);
    if (too_many_tokens_) return make_error(ErrorCode::kInvalid, "a semaphore holds more than {} tokens", kMaxTokens);
  }
  ATOLL_TRY(leftovers());
  timeline_.cycles = std::max(now_, last_completion_);
  for (const Unit unit : kAllUnits) {
    state(unit).activity = Activity::kIdle;
    account(unit, timeline_.cycles - now_);
  }
  check_accounting(timeline_);
  return std::move(timeline_);
}

bool Engine::finished() const {
  return halted_ &&
         std::all_of(units_.begin(), units_.end(), [](const UnitState& u) { return !u.at_work && !u.waits(); });
}

bool Engine::step() {
  next_change_ = kNever;
  const Dispatch dispatch = decide_dispatch();
  for (const Unit unit : kAllUnits) {
    UnitState& u = state(unit);
    u.works = u.in_phase;
    u.grant = 0;
    if (!u.at_work) decide_idle_unit(unit);
  }
  decide_dma();
  decide_weights();  // before the array: the shadow that the array frees now is free for the next cycle
  decide_array();
  for (const Unit unit : {Unit::kOutput, Unit::kVector}) {
    UnitState& u = state(unit);
    if (u.at_work && !u.in_phase) begin_phase(u);
  }
  grant_sram();
  for (const Unit unit : kAllUnits) {
    if (const int64_t cycles = cycles_to_change(unit); cycles != kNever) change_at(now_ + cycles);
  }
  if (dispatch != Dispatch::kNothing) change_at(now_ + 1);
  if (next_change_ == kNever) return false;
  advance(next_change_ - now_);
  if (dispatch == Dispatch::kIssue) issue();
  if (dispatch == Dispatch::kControl) {
    halted_ = std::holds_alternative<Halt>(operation(static_cast<uint32_t>(next_instruction_)));
    ++next_instruction_;
  }
  return true;
}

Engine::Dispatch Engine::decide_dispatch() {
  if (halted_) return Dispatch::kNothing;
  ATOLL_CHECK(next_instruction_ < code_.size(), "code without halt");
  const Operation& next = code_[next_instruction_].operation;
  const Unit unit = unit_of(next);
  if (unit != Unit::kControl) {
    const UnitState& u = state(unit);
    const bool room = u.queue.size() - u.decoded < static_cast<size_t>(machine_.queue_depth);
    if (room) timeline_.instructions[next_instruction_].dispatched = now_;
    return room ? Dispatch::kIssue : Dispatch::kNothing;
  }
  if (std::holds_alternative<Barrier>(next)) {
    const bool busy =
        std::any_of(units_.begin(), units_.end(), [](const UnitState& u) { return u.at_work || u.waits(); });
    if (busy) return Dispatch::kNothing;
    if (last_completion_ > 0 && last_completion_ + 1 > now_) {
      change_at(last_completion_ + 1);
      return Dispatch::kNothing;
    }
  }
  timeline_.instructions[next_instruction_].dispatched = now_;
  return Dispatch::kControl;
}

// A unit without an instruction at work decodes the next one if its tokens are there.
void Engine::decide_idle_unit(Unit unit) {
  UnitState& u = state(unit);
  u.activity = Activity::kIdle;
  if (!u.waits()) return;
  const Instruction& head = code_[u.head()];
  int64_t ready = now_;
  for (const Unit from : kAllUnits) {
    if (head.wait & unit_bit(from)) ready = std::max(ready, semaphore(from, unit).next());
  }
  if (ready > now_) {
    u.activity = Activity::kWaitSemaphore;
    if (ready != kNever) change_at(ready);
    return;
  }
  for (const Unit from : kAllUnits) {
    if (head.wait & unit_bit(from)) ++semaphore(from, unit).taken;
  }
  u.activity = Activity::kDecode;
  timeline_.instructions[u.head()].started = now_;
  ++u.decoded;
  change_at(now_ + 1);
}

void Engine::begin_phase(UnitState& u) {
  u.in_phase = u.works = true;
  u.left = need(u.phases->phase());
}

void Engine::decide_dma() {
  UnitState& load = state(Unit::kDmaLoad);
  UnitState& store = state(Unit::kDmaStore);
  const bool load_asks = load.at_work && !load.in_phase;
  const bool store_asks = store.at_work && !store.in_phase;
  const bool load_first = last_burst_ == Unit::kDmaStore;
  const bool load_wins = load_asks && !store.in_phase && (!store_asks || load_first);
  const bool store_wins = store_asks && !load.in_phase && !load_wins;
  if (load_wins) begin_phase(load);
  if (store_wins) begin_phase(store);
  if (load_asks && !load_wins) load.activity = Activity::kWaitLink;
  if (store_asks && !store_wins) store.activity = Activity::kWaitLink;
  if (load_wins || store_wins) last_burst_ = load_wins ? Unit::kDmaLoad : Unit::kDmaStore;
}

void Engine::decide_weights() {
  UnitState& u = state(Unit::kWeights);
  if (!u.at_work || u.in_phase) return;
  if (shadow_taken_) {
    u.activity = Activity::kWaitWeights;
    return;
  }
  shadow_taken_ = true;
  begin_phase(u);
}

void Engine::decide_array() {
  UnitState& u = state(Unit::kArray);
  if (!u.at_work || u.in_phase) return;
  if (tile_visible_ > now_) {
    if (tile_visible_ != kNever) change_at(tile_visible_);
    u.activity = Activity::kWaitWeights;
    return;
  }
  tile_visible_ = kNever;
  shadow_taken_ = false;
  change_at(now_ + 1);  // load_weights sees it then
  begin_phase(u);
}

void Engine::grant_sram() {
  int64_t left = machine_.sram_bandwidth();
  for (const Unit unit : kSramOrder) {
    UnitState& u = state(unit);
    if (!u.works) continue;
    const int64_t demand = u.phases->phase().sram_bytes;
    u.grant = demand == 0 ? 1 : std::min(demand, left);
    u.activity = demand > 0 && u.grant < demand ? Activity::kWaitSram : Activity::kBusy;
    if (demand > 0) left -= u.grant;
  }
}

// Nobody else wants the link: the bursts that follow may be taken together.
bool Engine::bursts_undisturbed(Unit unit) const {
  const UnitState& other = state(other_dma(unit));
  return is_dma(unit) && !other.at_work && other.activity != Activity::kDecode;
}

int64_t Engine::cycles_to_change(Unit unit) const {
  const UnitState& u = state(unit);
  if (!u.works || u.grant == 0) return kNever;
  int64_t cycles = ceil_div(u.left, u.grant);
  if (bursts_undisturbed(unit)) cycles += (u.phases->equal_ahead() - 1) * ceil_div(need(u.phases->phase()), u.grant);
  return cycles;
}

// The next `cycles` cycles of the unit are those of its activity.
void Engine::account(Unit unit, int64_t cycles) {
  if (cycles == 0) return;
  const UnitState& u = state(unit);
  statistics(unit).cycles[static_cast<size_t>(u.activity)] += cycles;
  const uint32_t instruction = u.activity == Activity::kIdle            ? kNoInstruction
                               : u.activity == Activity::kWaitSemaphore ? u.head()
                                                                        : u.current();
  timeline_.activities[static_cast<size_t>(unit)].record(now_, u.activity, instruction);
}

void Engine::advance(int64_t cycles) {
  for (const Unit unit : kAllUnits) {
    UnitState& u = state(unit);
    account(unit, cycles);
    if (u.activity == Activity::kDecode) {
      u.at_work = true;
      u.cost = cost(operation(u.current()), machine_, lane_programs_);
      u.phases.emplace(u.cost);
      ATOLL_CHECK(!u.phases->done(), "{} without a phase", mnemonic_of(operation(u.current())));
      count_traffic(operation(u.current()));
    } else if (u.works && u.grant > 0) {
      advance_phases(unit, cycles);
    }
  }
  now_ += cycles;
}

// `cycles` are at most cycles_to_change(): they end inside or at the end of this phase, or, undisturbed, of an equal
// one.
void Engine::advance_phases(Unit unit, int64_t cycles) {
  UnitState& u = state(unit);
  const int64_t first = ceil_div(u.left, u.grant);
  if (cycles < first) {
    u.left -= cycles * u.grant;
    return;
  }
  const int64_t whole = need(u.phases->phase());
  const int64_t each = ceil_div(whole, u.grant);
  const int64_t rest = (cycles - first) % each;
  u.left = whole - rest * u.grant;
  u.in_phase = rest > 0;
  end_phases(unit, 1 + (cycles - first) / each, now_ + cycles - 1);
}

// `count` equal phases are over, the last one in cycle `end` (or before, if the next one has started already).
void Engine::end_phases(Unit unit, int64_t count, int64_t end) {
  UnitState& u = state(unit);
  if (unit == Unit::kWeights) tile_visible_ = end + 2;
  u.phases->skip(count);
  if (u.phases->done()) complete(unit, end);
}

void Engine::complete(Unit unit, int64_t end) {
  UnitState& u = state(unit);
  u.at_work = false;
  u.phases.reset();
  u.first_column = std::max(end + 1 + u.cost.latency - u.cost.spread, u.first_column + u.cost.sums);
  u.last_completion = std::max(u.first_column + u.cost.spread, u.last_completion);
  last_completion_ = std::max(last_completion_, u.last_completion);
  timeline_.instructions[u.current()].completed = u.last_completion;
  for (const Unit to : kAllUnits) {
    if (!(code_[u.current()].signal & unit_bit(to))) continue;
    Semaphore& tokens = semaphore(unit, to);
    tokens.visible.push_back(u.last_completion + 1);
    too_many_tokens_ = too_many_tokens_ || tokens.visible.size() - tokens.taken > kMaxTokens;
  }
}

void Engine::issue() {
  state(unit_of(code_[next_instruction_].operation)).queue.push_back(static_cast<uint32_t>(next_instruction_));
  ++next_instruction_;
}

void Engine::count_traffic(const Operation& done) {
  const auto bytes = [&](const auto& op) { return int64_t{op.run_bytes} * op.count1 * op.count2 * machine_.tiles(); };
  if (const auto* load = std::get_if<DmaLoad>(&done)) timeline_.offchip_read_bytes += bytes(*load);
  if (const auto* store = std::get_if<DmaStore>(&done)) timeline_.offchip_written_bytes += bytes(*store);
}

}  // namespace atl::isa::timing

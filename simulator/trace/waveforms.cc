#include "simulator/trace/waveforms.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "simulator/trace/occupancy.h"
#include "simulator/trace/stalls.h"

namespace atl::simulator {
namespace {

using isa::Unit;
using isa::timing::Activity;
using Value = std::optional<uint64_t>;  // none: unknown

// Identifiers are numbers in base 94, digits from '!' to '~'.
std::string identifier(size_t signal) {
  std::string text;
  do {
    text += static_cast<char>('!' + signal % 94);
    signal /= 94;
  } while (signal > 0);
  return text;
}

// Signals by scope, and their changes, which come in any order; later ones win within a cycle.
class Dump {
 public:
  size_t signal(const std::string& scope, const std::string& name, int bits) {
    signals_.push_back({scope, name, bits});
    return signals_.size() - 1;
  }
  void change(size_t signal, int64_t cycle, Value value) { changes_.push_back({cycle, signal, value}); }

  void write_declarations(const TraceSink& sink) const {
    std::string scope;
    for (size_t i = 0; i < signals_.size(); ++i) {
      if (signals_[i].scope != scope) {
        if (!scope.empty()) sink("$upscope $end\n");
        scope = signals_[i].scope;
        sink(fmt::format("$scope module {} $end\n", scope));
      }
      sink(fmt::format("$var wire {} {} {} $end\n", signals_[i].bits, identifier(i), signals_[i].name));
    }
    if (!scope.empty()) sink("$upscope $end\n");
  }

  void write_changes(const TraceSink& sink, int64_t cycles) {
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
      return std::pair(a.cycle, a.signal) < std::pair(b.cycle, b.signal);
    });
    std::vector<Value> values(signals_.size());
    int64_t written = 0;
    sink("#0\n$dumpvars\n");
    size_t next = 0;
    for (; next < changes_.size() && changes_[next].cycle <= 0; ++next) {
      values[changes_[next].signal] = changes_[next].value;
    }
    for (size_t i = 0; i < values.size(); ++i) sink(value_text(i, values[i]));
    sink("$end\n");
    for (; next < changes_.size(); ++next) {
      const Change& change = changes_[next];
      const bool last = next + 1 == changes_.size() || changes_[next + 1].cycle != change.cycle ||
                        changes_[next + 1].signal != change.signal;
      if (!last || values[change.signal] == change.value) continue;
      if (change.cycle != written) sink(fmt::format("#{}\n", written = change.cycle));
      values[change.signal] = change.value;
      sink(value_text(change.signal, change.value));
    }
    if (cycles != written) sink(fmt::format("#{}\n", cycles));
  }

 private:
  struct Signal {
    std::string scope, name;
    int bits = 1;
  };
  struct Change {
    int64_t cycle = 0;
    size_t signal = 0;
    Value value;
  };

  std::string value_text(size_t signal, Value value) const {
    const std::string id = identifier(signal);
    if (signals_[signal].bits == 1) return fmt::format("{}{}\n", value ? (*value != 0 ? "1" : "0") : "x", id);
    return value ? fmt::format("b{:b} {}\n", *value, id) : fmt::format("bx {}\n", id);
  }

  std::vector<Signal> signals_;
  std::vector<Change> changes_;
};

// The signals of one unit.
class UnitSignals {
 public:
  UnitSignals(Dump& dump, Unit unit) : unit_(static_cast<size_t>(unit)) {
    const std::string scope(isa::unit_name(unit));
    activity_ = dump.signal(scope, "activity", 3);
    busy_ = dump.signal(scope, "busy", 1);
    stalled_ = dump.signal(scope, "stalled", 1);
    instruction_ = dump.signal(scope, "instruction", 32);
    op_ = dump.signal(scope, "op", 32);
  }

  void add(Dump& dump, const TracedSegment& segment) const {
    for (const isa::timing::ActivitySpan& span : segment.timeline.activities[unit_].spans()) {
      const int64_t cycle = segment.begin + span.begin;
      const bool idle = span.activity == Activity::kIdle;
      dump.change(activity_, cycle, static_cast<uint64_t>(span.activity));
      dump.change(busy_, cycle, span.activity == Activity::kBusy);
      dump.change(stalled_, cycle, is_stall(span.activity));
      dump.change(instruction_, cycle, idle ? Value() : Value(span.instruction));
      dump.change(op_, cycle, idle ? Value() : op_index(segment.program, span.instruction));
    }
  }

 private:
  static Value op_index(const isa::Program& program, uint32_t instruction) {
    const int32_t op =
        instruction < program.debug_of_instruction.size() ? program.debug_of_instruction[instruction] : -1;
    if (op < 0 || program.debug_ops[static_cast<size_t>(op)].op < 0) return {};
    return static_cast<uint64_t>(program.debug_ops[static_cast<size_t>(op)].op);
  }

  size_t unit_;
  size_t activity_ = 0, busy_ = 0, stalled_ = 0, instruction_ = 0, op_ = 0;
};

// 0 at the beginning of every segment unless the counter says otherwise.
void add_counter(Dump& dump, size_t signal, const TracedSegment& segment, const Counter& counter) {
  dump.change(signal, segment.begin, 0);
  for (const Step& step : counter) dump.change(signal, segment.begin + step.cycle, static_cast<uint64_t>(step.value));
}

void add_semaphores(Dump& dump, const TracedRun& run) {
  std::vector<std::vector<Semaphore>> by_segment;
  std::map<std::pair<Unit, Unit>, size_t> signals;
  for (const TracedSegment& segment : run.segments) {
    by_segment.push_back(semaphores(segment.program.main, segment.timeline));
    for (const Semaphore& semaphore : by_segment.back()) signals[{semaphore.from, semaphore.to}] = 0;
  }
  for (auto& [pair, signal] : signals) {
    signal =
        dump.signal("semaphores", fmt::format("{}_to_{}", isa::unit_name(pair.first), isa::unit_name(pair.second)), 17);
    dump.change(signal, 0, 0);
  }
  for (size_t s = 0; s < run.segments.size(); ++s) {
    for (const Semaphore& semaphore : by_segment[s]) {
      add_counter(dump, signals.at({semaphore.from, semaphore.to}), run.segments[s], semaphore.tokens);
    }
  }
}

void add_memory(Dump& dump, const TracedRun& run) {
  const size_t sram = dump.signal("memory", "sram_bytes_in_use", 64);
  const size_t load = dump.signal("memory", "dma_load_bytes_in_flight", 64);
  const size_t store = dump.signal("memory", "dma_store_bytes_in_flight", 64);
  for (const TracedSegment& segment : run.segments) {
    const auto in_flight = [&](Unit unit) {
      return dma_bytes_in_flight(unit, segment.program, run.machine, segment.timeline);
    };
    add_counter(dump, sram, segment, sram_bytes_in_use(segment.program, segment.timeline));
    add_counter(dump, load, segment, in_flight(Unit::kDmaLoad));
    add_counter(dump, store, segment, in_flight(Unit::kDmaStore));
  }
}

}  // namespace

void write_waveforms(const TracedRun& run, const TraceSink& sink) {
  std::string machine = run.machine.name;
  std::replace(machine.begin(), machine.end(), '$', '_');  // nothing that ends the comment
  sink(fmt::format("$comment 1 ns is 1 cycle of {} at {} Hz. activity:", machine, run.machine.clock_hz));
  for (int a = 0; a < isa::timing::kActivities; ++a) {
    sink(fmt::format(" {} {}", a, isa::timing::activity_name(Activity(a))));
  }
  sink(" $end\n$timescale 1 ns $end\n$scope module atoll $end\n");
  Dump dump;
  for (size_t unit = 0; unit < isa::kUnits; ++unit) {
    const UnitSignals signals(dump, Unit(unit));
    for (const TracedSegment& segment : run.segments) signals.add(dump, segment);
  }
  add_semaphores(dump, run);
  add_memory(dump, run);
  dump.write_declarations(sink);
  sink("$upscope $end\n$enddefinitions $end\n");
  dump.write_changes(sink, run.cycles());
}

}  // namespace atl::simulator

// docs/timing.md once more, cycle by cycle and as naively as possible: every decision is taken from a record of when
// everything happened so far. Slow, and shares nothing with the engine but the costs of single instructions.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "isa/timing/cost.h"
#include "isa/timing/timeline.h"

namespace atl::isa::timing::reference {

constexpr int64_t kNotYet = INT64_MAX / 2;

enum class Outcome { kDone, kDeadlock, kLeftover };

struct Span {
  int64_t begin = kNotYet, end = kNotYet;  // first and last cycle of a phase
};

struct Record {
  int unit = 0;
  int64_t dispatched = kNotYet, decoded = kNotYet, completed = kNotYet;
  std::vector<Phase> phases;  // each alone
  std::vector<Span> spans;
  int64_t latency = 0;
  int64_t sums = 0, columns = 0, first_column = 0;  // matmul: pixels streamed; when they are through the first column
  int64_t granted = 0;                              // in the phase under way

  // The phase that is under way or to be started, seen after its decoding; -1 if all are over.
  int open_phase() const {
    for (size_t p = 0; p < spans.size(); ++p) {
      if (spans[p].end == kNotYet) return static_cast<int>(p);
    }
    return -1;
  }
};

class Reference {
 public:
  Reference(const Code& code, const std::vector<LaneProgram>& lanes, const Machine& machine)
      : code_(code), machine_(machine) {
    for (const Instruction& instruction : code) {
      Record record;
      record.unit = static_cast<int>(unit_of(instruction.operation));
      if (record.unit < kUnits) {
        const Cost all = cost(instruction.operation, machine, lanes);
        for (PhaseCursor at(all); !at.done(); at.next()) record.phases.push_back(at.phase());
        record.spans.resize(record.phases.size());
        record.latency = all.latency;
        if (const auto* matmul = std::get_if<Matmul>(&instruction.operation)) count_sums(*matmul, record);
      }
      records_.push_back(record);
    }
  }

  Outcome run() {
    int64_t last_news = 0;
    while (true) {
      if (halt_ != kNotYet && all_done()) break;
      if (t_ > last_news + machine_.offchip_latency_cycles() + machine_.rows + machine_.columns + 50)
        return Outcome::kDeadlock;
      if (cycle()) last_news = t_;
      ++t_;
    }
    timeline.cycles = halt_ + 1;
    for (const Record& r : records_) {
      if (r.unit < kUnits && r.dispatched != kNotYet) timeline.cycles = std::max(timeline.cycles, r.completed);
    }
    for (auto& unit : timeline.units) unit.cycles[static_cast<size_t>(Activity::kIdle)] += timeline.cycles - t_;
    for (const Record& r : records_) {
      const auto time = [](int64_t at) { return at == kNotYet ? -1 : at; };
      timeline.instructions.push_back({time(r.dispatched), time(r.decoded), time(r.completed)});
    }
    return leftover() ? Outcome::kLeftover : Outcome::kDone;
  }

  Timeline timeline;

 private:
  bool all_done() const {
    return std::all_of(records_.begin(), records_.end(), [](const Record& r) {
      return r.unit >= kUnits || r.dispatched == kNotYet || r.completed != kNotYet;
    });
  }

  int64_t tokens(int from, int to, int64_t seen_at) const {
    int64_t count = 0;
    for (size_t i = 0; i < code_.size(); ++i) {
      if (records_[i].unit == from && (code_[i].signal >> to & 1) && records_[i].completed + 1 <= seen_at) ++count;
      if (records_[i].unit == to && (code_[i].wait >> from & 1) && records_[i].decoded < seen_at) --count;
    }
    return count;
  }

  int64_t loaded_tiles(bool started, int64_t by) const {
    int64_t count = 0;
    for (const Record& r : records_) {
      if (r.unit != static_cast<int>(Unit::kWeights)) continue;
      for (const Span& s : r.spans) count += (started ? s.begin : s.end) <= by;
    }
    return count;
  }
  int64_t taken_tiles(int64_t by) const {
    int64_t count = 0;
    for (const Record& r : records_) {
      if (r.unit != static_cast<int>(Unit::kArray)) continue;
      for (const Span& s : r.spans) count += s.begin <= by;
    }
    return count;
  }

  bool leftover() const {
    for (int from = 0; from < kUnits; ++from) {
      for (int to = 0; to < kUnits; ++to) {
        if (tokens(from, to, kNotYet - 1) != 0) return true;
      }
    }
    return loaded_tiles(true, t_) != taken_tiles(t_);
  }

  // True if anything was begun, worked on or ended in this cycle.
  bool cycle() {
    const bool dispatched = dispatch();
    Record* at_work[kUnits] = {};
    bool wants[kUnits] = {};  // to start a phase
    Activity does[kUnits];
    bool news = dispatched;
    for (int u = 0; u < kUnits; ++u) {
      for (Record& r : records_) {
        if (r.unit == u && r.decoded < t_ && r.open_phase() >= 0) at_work[u] = &r;
      }
      if (at_work[u]) {
        wants[u] = at_work[u]->spans[at_work[u]->open_phase()].begin == kNotYet;
        does[u] = Activity::kBusy;
      } else {
        does[u] = look_at_queue(u);
        news = news || does[u] == Activity::kDecode;
      }
    }
    settle_link(at_work, wants, does);
    settle_weights(wants, does);
    int64_t free = machine_.sram_bandwidth();
    for (const int u : {0, 1, 4, 3, 2, 5}) {
      if (!at_work[u] || (does[u] != Activity::kBusy)) continue;
      work(*at_work[u], free, does[u]);
      news = true;
    }
    for (int u = 0; u < kUnits; ++u) ++timeline.units[u].cycles[static_cast<size_t>(does[u])];
    return news;
  }

  bool dispatch() {
    if (halt_ != kNotYet) return false;
    size_t next = 0;
    while (records_[next].dispatched != kNotYet) ++next;
    Record& r = records_[next];
    if (r.unit < kUnits) {
      int64_t held = 0;
      for (const Record& other : records_) held += other.unit == r.unit && other.dispatched < t_ && other.decoded >= t_;
      if (held >= machine_.queue_depth) return false;
    } else if (std::holds_alternative<Barrier>(code_[next].operation)) {
      for (size_t i = 0; i < next; ++i) {
        if (records_[i].unit < kUnits && records_[i].completed + 1 > t_) return false;
      }
    }
    r.dispatched = t_;
    if (std::holds_alternative<Halt>(code_[next].operation)) halt_ = t_;
    return true;
  }

  Activity look_at_queue(int u) {
    for (size_t i = 0; i < records_.size(); ++i) {
      Record& r = records_[i];
      if (r.unit != u || r.decoded != kNotYet) continue;
      if (r.dispatched + 1 > t_) return Activity::kIdle;
      for (int from = 0; from < kUnits; ++from) {
        if ((code_[i].wait >> from & 1) && tokens(from, u, t_) < 1) return Activity::kWaitSemaphore;
      }
      r.decoded = t_;
      return Activity::kDecode;
    }
    return Activity::kIdle;
  }

  void settle_link(Record* (&at_work)[kUnits], bool (&wants)[kUnits], Activity (&does)[kUnits]) {
    for (int u = 0; u < 2; ++u) {
      const int other = 1 - u;
      if (!at_work[u] || !wants[u]) continue;
      const bool held = at_work[other] && !wants[other];
      const bool lost = at_work[other] && wants[other] && served_last_ == u;
      if (held || lost) does[u] = Activity::kWaitLink;
    }
    for (int u = 0; u < 2; ++u) {
      if (at_work[u] && wants[u] && does[u] == Activity::kBusy) served_last_ = u;
    }
  }

  void settle_weights(bool (&wants)[kUnits], Activity (&does)[kUnits]) {
    const int loader = static_cast<int>(Unit::kWeights), array = static_cast<int>(Unit::kArray);
    const bool shadow_free = loaded_tiles(true, t_ - 1) == taken_tiles(t_ - 1);
    const bool tile_there = loaded_tiles(false, t_ - 2) > taken_tiles(t_ - 1);
    if (wants[loader] && !shadow_free) does[loader] = Activity::kWaitWeights;
    if (wants[array] && !tile_there) does[array] = Activity::kWaitWeights;
  }

  void work(Record& r, int64_t& free, Activity& does) {
    const int p = r.open_phase();
    Span& span = r.spans[p];
    const Phase& phase = r.phases[p];
    if (span.begin == kNotYet) {
      span.begin = t_;
      r.granted = 0;
    }
    bool over = false;
    if (phase.sram_bytes == 0) {
      over = t_ - span.begin + 1 == phase.cycles;
    } else {
      const int64_t grant = std::min(phase.sram_bytes, free);
      free -= grant;
      r.granted += grant;
      if (grant < phase.sram_bytes) does = Activity::kWaitSram;
      over = r.granted >= phase.cycles * phase.sram_bytes;
    }
    if (!over) return;
    span.end = t_;
    if (r.open_phase() >= 0) return;
    r.completed = t_ + 1 + r.latency;
    if (r.columns > 0) pass_on_sums(r);
    for (const Record& before : records_) {
      if (&before < &r && before.unit == r.unit) r.completed = std::max(r.completed, before.completed);
    }
  }

  static void count_sums(const Matmul& op, Record& record) {
    const int64_t elements = int64_t{op.kernel_height} * op.kernel_width * op.channels;
    const int64_t tiles = (elements + op.rows - 1) / op.rows;
    record.sums = tiles * op.height * op.width * (op.is_16bit ? 2 : 1);
    record.columns = op.columns;
  }

  // One sum a cycle, after those of the matmul before.
  void pass_on_sums(Record& r) {
    r.first_column = r.completed - (r.columns - 1);
    for (const Record& before : records_) {
      if (&before < &r && before.unit == r.unit)
        r.first_column = std::max(r.first_column, before.first_column + r.sums);
    }
    r.completed = r.first_column + r.columns - 1;
  }

  const Code& code_;
  const Machine& machine_;
  std::vector<Record> records_;
  int64_t t_ = 0;
  int64_t halt_ = kNotYet;
  int served_last_ = 1;
};

}  // namespace atl::isa::timing::reference

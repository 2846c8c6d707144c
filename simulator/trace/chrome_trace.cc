#include "simulator/trace/chrome_trace.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "isa/fields.h"
#include "simulator/trace/occupancy.h"
#include "simulator/trace/stalls.h"

namespace atl::simulator {
namespace {

using isa::Unit;
using isa::timing::Activity;

constexpr int kUnitsProcess = 1, kOperatorsProcess = 2, kCountersProcess = 3;

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The events of the trace, one a line.
class Events {
 public:
  explicit Events(const TraceSink& sink) : sink_(sink) {}

  void complete(std::string_view name, std::string_view category, int process, int thread, int64_t begin, int64_t end,
                const std::string& arguments) {
    add(fmt::format(R"({{"name":{},"cat":"{}","ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"args":{{{}}}}})",
                    json_text(name), category, process, thread, begin, end - begin, arguments));
  }
  void count(std::string_view name, int64_t cycle, int64_t value) {
    add(fmt::format(R"({{"name":{},"ph":"C","pid":{},"ts":{},"args":{{"value":{}}}}})", json_text(name),
                    kCountersProcess, cycle, value));
  }
  // Names and order of processes and threads.
  void name_process(int process, std::string_view name) { describe("process", process, 0, name); }
  void name_thread(int process, int thread, std::string_view name) { describe("thread", process, thread, name); }

 private:
  void describe(std::string_view what, int process, int thread, std::string_view name) {
    const std::string place = fmt::format(R"("ph":"M","pid":{},"tid":{})", process, thread);
    add(fmt::format(R"({{"name":"{}_name",{},"args":{{"name":{}}}}})", what, place, json_text(name)));
    add(fmt::format(R"({{"name":"{}_sort_index",{},"args":{{"sort_index":{}}}}})", what, place,
                    what == "process" ? process : thread));
  }
  void add(const std::string& event) {
    sink_(first_ ? "\n" : ",\n");
    sink_(event);
    first_ = false;
  }

  const TraceSink& sink_;
  bool first_ = true;
};

int thread_of(size_t unit) { return static_cast<int>(unit) + 1; }

std::string instruction_arguments(const TracedSegment& segment, size_t segment_index, uint32_t index) {
  const isa::Instruction& instruction = segment.program.main[index];
  const isa::timing::InstructionTimes& times = segment.timeline.instructions[index];
  std::string text = fmt::format(R"("segment":{},"instruction":{},"op":{},"dispatched":{},"completed":{})",
                                 segment_index, index, json_text(op_of(segment.program, index)),
                                 segment.begin + times.dispatched, segment.begin + times.completed);
  isa::for_each_value(instruction.operation, [&](const isa::Field& field, int64_t value) {
    if (value != 0) text += fmt::format(R"(,"{}":{})", field.name, value);
  });
  return text;
}

// Instructions in the order of their decoding, each followed by the stalls inside of it: what encloses comes first.
void unit_events(const TracedSegment& segment, size_t segment_index, size_t unit, const std::vector<int64_t>& ends,
                 const StallCauses& causes, Events& events) {
  const isa::timing::ActivityLog& log = segment.timeline.activities[unit];
  for (size_t i = 0; i < log.spans().size(); ++i) {
    const isa::timing::ActivitySpan& span = log.spans()[i];
    const int64_t begin = segment.begin + span.begin, end = segment.begin + log.end(i, segment.timeline.cycles);
    if (span.activity == Activity::kDecode) {
      events.complete(isa::mnemonic_of(segment.program.main[span.instruction].operation), "instruction", kUnitsProcess,
                      thread_of(unit), begin, segment.begin + ends[span.instruction],
                      instruction_arguments(segment, segment_index, span.instruction));
    } else if (is_stall(span.activity)) {
      events.complete(isa::timing::activity_name(span.activity), "stall", kUnitsProcess, thread_of(unit), begin, end,
                      fmt::format(R"("cause":{},"segment":{},"instruction":{})",
                                  json_text(causes.cause(Unit(unit), span)), segment_index, span.instruction));
    }
  }
}

struct OpSpan {
  int64_t begin = 0, end = 0;
  size_t segment = 0, op = 0;
};

// Of every op with instructions, by their begin.
std::vector<OpSpan> op_spans(const TracedRun& run) {
  std::vector<OpSpan> spans;
  for (size_t s = 0; s < run.segments.size(); ++s) {
    const TracedSegment& segment = run.segments[s];
    std::vector<OpSpan> of_op(segment.program.debug_ops.size(), OpSpan{INT64_MAX, 0, s, 0});
    for (size_t i = 0; i < segment.program.debug_of_instruction.size(); ++i) {
      const int32_t op = segment.program.debug_of_instruction[i];
      const isa::timing::InstructionTimes& times = segment.timeline.instructions[i];
      if (op < 0 || times.started < 0) continue;
      OpSpan& span = of_op[static_cast<size_t>(op)];
      span.op = static_cast<size_t>(op);
      span.begin = std::min(span.begin, segment.begin + times.started);
      span.end = std::max(span.end, segment.begin + times.completed);
    }
    std::erase_if(of_op, [](const OpSpan& span) { return span.begin == INT64_MAX; });
    spans.insert(spans.end(), of_op.begin(), of_op.end());
  }
  std::stable_sort(spans.begin(), spans.end(), [](const OpSpan& a, const OpSpan& b) { return a.begin < b.begin; });
  return spans;
}

void operator_events(const TracedRun& run, Events& events) {
  std::vector<int64_t> free_from;  // by thread
  for (const OpSpan& span : op_spans(run)) {
    auto thread = std::find_if(free_from.begin(), free_from.end(), [&](int64_t cycle) { return cycle <= span.begin; });
    if (thread == free_from.end()) {
      thread = free_from.insert(thread, 0);
      events.name_thread(kOperatorsProcess, static_cast<int>(free_from.size()), "operators");
    }
    *thread = span.end;
    const isa::DebugOp& op = run.segments[span.segment].program.debug_ops[span.op];
    events.complete(op.label, "operator", kOperatorsProcess, static_cast<int>(thread - free_from.begin()) + 1,
                    span.begin, span.end, fmt::format(R"("segment":{},"macs":{})", span.segment, op.macs));
  }
}

// At 0 at the beginning of the segment unless it says otherwise.
void counter_events(const TracedSegment& segment, const std::string& name, const Counter& counter, Events& events) {
  if (counter.empty() || counter.front().cycle > 0) events.count(name, segment.begin, 0);
  for (const Step& step : counter) events.count(name, segment.begin + step.cycle, step.value);
}

void segment_counters(const TracedSegment& segment, const isa::Machine& machine, Events& events) {
  counter_events(segment, "SRAM bytes in use", sram_bytes_in_use(segment.program, segment.timeline), events);
  for (const Unit unit : {Unit::kDmaLoad, Unit::kDmaStore}) {
    counter_events(segment, fmt::format("{} bytes in flight", isa::unit_name(unit)),
                   dma_bytes_in_flight(unit, segment.program, machine, segment.timeline), events);
  }
  for (const Semaphore& semaphore : semaphores(segment.program.main, segment.timeline)) {
    counter_events(segment,
                   fmt::format("tokens {} to {}", isa::unit_name(semaphore.from), isa::unit_name(semaphore.to)),
                   semaphore.tokens, events);
  }
}

}  // namespace

void write_chrome_trace(const TracedRun& run, const TraceSink& sink) {
  sink(fmt::format(R"({{"displayTimeUnit":"ns","otherData":{{"machine":{},"clock_hz":{},"cycles":{},)",
                   json_text(run.machine.name), run.machine.clock_hz, run.cycles()));
  sink("\"time\":\"1 us is 1 cycle\"},\"traceEvents\":[");
  Events events(sink);
  events.name_process(kUnitsProcess, "units");
  for (size_t unit = 0; unit < isa::kUnits; ++unit)
    events.name_thread(kUnitsProcess, thread_of(unit), isa::unit_name(Unit(unit)));
  events.name_process(kOperatorsProcess, "operators");
  events.name_process(kCountersProcess, "counters");
  for (size_t s = 0; s < run.segments.size(); ++s) {
    const TracedSegment& segment = run.segments[s];
    const std::vector<int64_t> ends = isa::timing::ends_of_work(segment.timeline);
    const StallCauses causes(segment);
    for (size_t unit = 0; unit < isa::kUnits; ++unit) unit_events(segment, s, unit, ends, causes, events);
  }
  operator_events(run, events);
  for (const TracedSegment& segment : run.segments) segment_counters(segment, run.machine, events);
  sink("\n]}\n");
}

}  // namespace atl::simulator

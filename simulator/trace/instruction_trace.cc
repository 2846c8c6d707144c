#include "simulator/trace/instruction_trace.h"

#include <algorithm>
#include <numeric>

#include "isa/disassembler.h"

namespace atl::simulator {
namespace {

// Tabs and line breaks of a tensor's name would look like those between columns and lines.
std::string one_field(std::string_view text) {
  std::string field;
  for (const char c : text) {
    switch (c) {
      case '\t': field += "\\t"; break;
      case '\n': field += "\\n"; break;
      case '\r': field += "\\r"; break;
      case '\\': field += "\\\\"; break;
      default: field += c;
    }
  }
  return field;
}

void write_segment(const TracedSegment& segment, size_t segment_index, const TraceSink& sink) {
  const auto& all_times = segment.timeline.instructions;
  const std::vector<int64_t> ends = isa::timing::ends_of_work(segment.timeline);
  const auto start = [&](uint32_t i) { return std::max(all_times[i].started, all_times[i].dispatched); };
  std::vector<uint32_t> order(segment.program.main.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return start(a) < start(b); });
  for (const uint32_t index : order) {
    const isa::Instruction& instruction = segment.program.main[index];
    const isa::Unit unit = isa::unit_of(instruction.operation);
    const int64_t after = all_times[index].dispatched + 1;
    const bool control = unit == isa::Unit::kControl;
    sink(fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", segment.begin + all_times[index].dispatched,
                     segment.begin + start(index), segment.begin + (control ? after : ends[index]),
                     segment.begin + (control ? after : all_times[index].completed), isa::unit_name(unit),
                     segment_index, index, one_field(op_of(segment.program, index)),
                     isa::instruction_text(instruction)));
  }
}

}  // namespace

void write_instruction_trace(const TracedRun& run, const TraceSink& sink) {
  sink("dispatched\tstarted\tended\tcompleted\tunit\tsegment\tinstruction\top\ttext\n");
  for (size_t s = 0; s < run.segments.size(); ++s) write_segment(run.segments[s], s, sink);
}

}  // namespace atl::simulator

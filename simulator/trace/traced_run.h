// What a trace is made from: the timelines of a model's segments, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/machine.h"
#include "isa/program.h"
#include "isa/timing/timeline_record.h"

namespace atl::simulator {

// The main code of `program` in a run that the timeline is of.
struct TracedSegment {
  const isa::Program& program;
  const isa::timing::Timeline& timeline;
  int64_t begin = 0;  // cycles of the segments before it: its cycle 0 in the trace
};

struct TracedRun {
  const isa::Machine& machine;
  std::vector<TracedSegment> segments;

  void add(const isa::Program& program, const isa::timing::Timeline& timeline) {
    segments.push_back({program, timeline, cycles()});
  }
  int64_t cycles() const { return segments.empty() ? 0 : segments.back().begin + segments.back().timeline.cycles; }
};

// Where the text of a trace goes, piece by piece.
using TraceSink = std::function<void(std::string_view)>;

// Label of the op that main instruction `index` serves; empty if it serves none.
std::string_view op_of(const isa::Program& program, uint32_t index);

}  // namespace atl::simulator

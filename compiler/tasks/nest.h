// Loop nests of the vector unit, of any rank: merged where streams allow, cut into instructions where they don't.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/tasks/emitter.h"
#include "isa/machine.h"

namespace atl::compiler {

struct Stream {
  uint32_t address = 0;
  isa::LaneType type = isa::LaneType::kInt8;
  Dims strides;         // bytes, one an output loop
  Dims reduce_strides;  // bytes, one a reduction loop; empty for the output
};

struct Nest {
  Dims extent;         // output loops
  Dims reduce_extent;  // reduction loops, at most 3 after merging
  isa::Reduce reduce = isa::Reduce::kNone;
  Stream output;
  std::vector<Stream> inputs;  // at most 3
  isa::LaneProgram program;
  std::vector<uint32_t> tables;  // at most 2, SRAM addresses
  int32_t written_storage = -1;
};

// Emits the nest as one vector instruction, or as several when more than four output loops are left after merging.
// For a reduction, the lanes take outputs or share one, whichever the machine does sooner.
void emit_nest(Nest nest, const isa::Machine& machine, Emitter& emitter);

// True if the loops (all streams dense apart from zero strides) can be one instruction's reduction: at most 3 after
// merging.
inline constexpr int kMaxReduceLoops = 3;

}  // namespace atl::compiler

// Which instruction gave the token that another one takes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "isa/instruction.h"
#include "isa/timing/timeline_record.h"
#include "simulator/trace/counters.h"

namespace atl::simulator {

// By signalling unit: the instruction whose token is taken; kNoInstruction for units that are not waited for.
using TokenSources = std::array<uint32_t, isa::kUnits>;

// Of every instruction. A unit completes its instructions in the order of the code and takes tokens in that order too,
// so the k-th token of a semaphore is the one that the k-th instruction to wait for it takes.
std::vector<TokenSources> token_sources(const isa::Code& code);

// A semaphore that the code uses, and the tokens that its waiting unit sees in it at the start of a cycle.
struct Semaphore {
  isa::Unit from, to;
  Counter tokens;
};

// In the order of their units.
std::vector<Semaphore> semaphores(const isa::Code& code, const isa::timing::Timeline& timeline);

}  // namespace atl::simulator

#include "simulator/trace/tokens.h"

namespace atl::simulator {
namespace {

using isa::Unit;

template <typename T>
using Pairs = std::array<std::array<T, isa::kUnits>, isa::kUnits>;  // [from][to]

// handle(index, unit, instruction) for everything that units execute.
template <typename Handler>
void for_each_unit_instruction(const isa::Code& code, Handler&& handle) {
  for (uint32_t index = 0; index < code.size(); ++index) {
    const Unit unit = isa::unit_of(code[index].operation);
    if (unit != Unit::kControl) handle(index, static_cast<size_t>(unit), code[index]);
  }
}

bool holds(isa::UnitMask mask, size_t unit) { return (mask >> unit & 1u) != 0; }

}  // namespace

std::vector<TokenSources> token_sources(const isa::Code& code) {
  Pairs<std::vector<uint32_t>> given;
  for_each_unit_instruction(code, [&](uint32_t index, size_t from, const isa::Instruction& instruction) {
    for (size_t to = 0; to < isa::kUnits; ++to) {
      if (holds(instruction.signal, to)) given[from][to].push_back(index);
    }
  });
  TokenSources none;
  none.fill(isa::timing::kNoInstruction);
  std::vector<TokenSources> sources(code.size(), none);
  Pairs<size_t> taken{};
  for_each_unit_instruction(code, [&](uint32_t index, size_t to, const isa::Instruction& instruction) {
    for (size_t from = 0; from < isa::kUnits; ++from) {
      if (!holds(instruction.wait, from)) continue;
      const size_t k = taken[from][to]++;
      if (k < given[from][to].size()) sources[index][from] = given[from][to][k];
    }
  });
  return sources;
}

std::vector<Semaphore> semaphores(const isa::Code& code, const isa::timing::Timeline& timeline) {
  Pairs<Deltas> deltas;
  for_each_unit_instruction(code, [&](uint32_t index, size_t unit, const isa::Instruction& instruction) {
    const isa::timing::InstructionTimes& times = timeline.instructions[index];
    for (size_t other = 0; other < isa::kUnits; ++other) {
      // A token is visible a cycle after the completion; what is taken in a cycle is gone in the next one.
      if (holds(instruction.signal, other)) deltas[unit][other].add(times.completed + 1, 1);
      if (holds(instruction.wait, other)) deltas[other][unit].add(times.started + 1, -1);
    }
  });
  std::vector<Semaphore> used;
  for (size_t from = 0; from < isa::kUnits; ++from) {
    for (size_t to = 0; to < isa::kUnits; ++to) {
      Counter tokens = std::move(deltas[from][to]).counter();
      if (!tokens.empty()) used.push_back({Unit(from), Unit(to), std::move(tokens)});
    }
  }
  return used;
}

}  // namespace atl::simulator

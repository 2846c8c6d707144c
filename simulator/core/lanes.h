// The lanes of the vector unit: lane programs over many elements at once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "isa/lane_program.h"

namespace atl::simulator {

// Bytes of the two look-up tables; empty if a program does not use one.
using LaneTables = std::array<std::span<const uint8_t>, 2>;

class Lanes {
 public:
  static constexpr size_t kChunk = 256;  // elements at most

  int32_t* reg(int index) { return registers_[static_cast<size_t>(index)].data(); }

  // Runs the primitives, one after the other, each on elements 0 .. count - 1. Registers from `first_zero` on are 0
  // beforehand.
  void run(const std::vector<isa::Primitive>& primitives, int first_zero, size_t count, const LaneTables& tables);

 private:
  std::array<std::array<int32_t, kChunk>, isa::kLaneRegisters> registers_{};
  std::array<int32_t, kChunk> immediate_{};
};

}  // namespace atl::simulator

// The operands of a vector instruction as arrays, so that code can loop over inputs and dimensions.
#pragma once

#include <array>

#include "isa/instruction.h"

namespace atl::isa {

struct VectorOperand {
  uint32_t address;
  LaneType type;
  std::array<int64_t, 4> strides;            // of n0 .. n3, bytes
  std::array<int64_t, 3> reduction_strides;  // of k0 .. k2, bytes; 0 for the output
};

VectorOperand vector_output(const Vector& op);
VectorOperand vector_input(const Vector& op, int index);  // 0 .. 2

// n0 n1 n2 n3 and k0 k1 k2, outermost first.
std::array<int64_t, 4> output_extents(const Vector& op);
std::array<int64_t, 3> reduction_extents(const Vector& op);

}  // namespace atl::isa

#include "isa/vector_operands.h"

namespace atl::isa {

VectorOperand vector_output(const Vector& op) {
  return {op.out, LaneType{op.out_type}, {op.out_s0, op.out_s1, op.out_s2, op.out_s3}, {0, 0, 0}};
}

VectorOperand vector_input(const Vector& op, int index) {
  switch (index) {
    case 0:
      return {op.in0,
              LaneType{op.in0_type},
              {op.in0_s0, op.in0_s1, op.in0_s2, op.in0_s3},
              {op.in0_r0, op.in0_r1, op.in0_r2}};
    case 1:
      return {op.in1,
              LaneType{op.in1_type},
              {op.in1_s0, op.in1_s1, op.in1_s2, op.in1_s3},
              {op.in1_r0, op.in1_r1, op.in1_r2}};
    case 2:
      return {op.in2,
              LaneType{op.in2_type},
              {op.in2_s0, op.in2_s1, op.in2_s2, op.in2_s3},
              {op.in2_r0, op.in2_r1, op.in2_r2}};
    default: break;
  }
  ATOLL_CHECK(false, "input {} of a vector instruction", index);
  return {};
}

std::array<int64_t, 4> output_extents(const Vector& op) { return {op.n0, op.n1, op.n2, op.n3}; }
std::array<int64_t, 3> reduction_extents(const Vector& op) { return {op.k0, op.k1, op.k2}; }

}  // namespace atl::isa

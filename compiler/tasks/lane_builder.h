// Writes lane programs: one method a primitive, registers by number, immediates by Imm.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "common/numerics/multiplier.h"
#include "isa/lane_program.h"

namespace atl::compiler {

struct Imm {
  int32_t value;
};

class LaneBuilder {
 public:
  using Op = isa::LaneOp;

  LaneBuilder& push(isa::Primitive primitive) {
    primitives_.push_back(primitive);
    return *this;
  }
  LaneBuilder& op(Op op, int d, int a, int b, int c = 0) { return push({op, u8(d), u8(a), u8(b), u8(c), 0}); }
  LaneBuilder& op(Op op, int d, int a, Imm b, int c = 0) {
    return push({op, u8(d), u8(a), isa::kImmediate, u8(c), b.value});
  }
  LaneBuilder& unary(Op op, int d, int a) { return push({op, u8(d), u8(a), isa::kImmediate, 0, 0}); }
  LaneBuilder& move(int d, Imm value) { return op(Op::kMove, d, 0, value); }
  LaneBuilder& lookup(int d, int a, int table) {
    return push({Op::kLookup, u8(d), u8(a), isa::kImmediate, u8(table), 0});
  }
  LaneBuilder& lookup_byte(int d, int a, int table) {
    return push({Op::kLookupByte, u8(d), u8(a), isa::kImmediate, u8(table), 0});
  }

  // d = a * multiplier with double rounding (numerics::multiply_by_quantized_multiplier).
  LaneBuilder& scale(int d, int a, numerics::Multiplier multiplier) {
    int from = a;
    if (multiplier.exponent > 0) {
      const bool saturates = multiplier.exponent > 31;  // numerics::wrapping_shift_left
      op(saturates ? Op::kSaturatingShiftLeft : Op::kShiftLeft, d, from, Imm{std::min(multiplier.exponent, 63)});
      from = d;
    }
    op(Op::kDoublingHighMultiply, d, from, Imm{multiplier.value});
    if (multiplier.exponent < 0) op(Op::kRoundingShiftRight, d, d, Imm{-multiplier.exponent});
    return *this;
  }
  LaneBuilder& add_unless_zero(int d, int32_t value) { return value == 0 ? *this : op(Op::kAdd, d, d, Imm{value}); }
  // d + value, saturated; leave it out only where the sum can't overflow (add_unless_zero).
  LaneBuilder& add_saturating(int d, int32_t value) {
    if (value > 0) op(Op::kMinimum, d, d, Imm{INT32_MAX - value});
    if (value < 0) op(Op::kMaximum, d, d, Imm{INT32_MIN - value});
    return add_unless_zero(d, value);
  }
  // Clamps, leaving out the sides on which the output type saturates anyway.
  LaneBuilder& clamp(int d, int32_t low, int32_t high, int32_t type_low, int32_t type_high) {
    if (low > type_low) op(Op::kMaximum, d, d, Imm{low});
    if (high < type_high) op(Op::kMinimum, d, d, Imm{high});
    return *this;
  }

  std::vector<isa::Primitive> take() { return std::move(primitives_); }

 private:
  static uint8_t u8(int value) { return static_cast<uint8_t>(value); }
  std::vector<isa::Primitive> primitives_;
};

}  // namespace atl::compiler

// lane.def once more, in exact arithmetic on 128-bit integers, and the pieces of it that other instructions need: for
// naive_machine.h.
#pragma once

#include <algorithm>
#include <cstring>

#include "common/base/file.h"
#include "isa/instruction.h"
#include "isa/lane_program.h"

namespace atl::simulator::naive {

__extension__ using i128 = __int128;

inline int32_t low32(i128 x) { return static_cast<int32_t>(static_cast<uint32_t>(static_cast<unsigned __int128>(x))); }
inline int64_t clamp(i128 x, int64_t low, int64_t high) {
  return x < low ? low : x > high ? high : static_cast<int64_t>(x);
}
inline int32_t saturated(i128 x) { return static_cast<int32_t>(clamp(x, INT32_MIN, INT32_MAX)); }
inline i128 floor_div(i128 a, i128 b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }
inline i128 pow2(int n) { return i128{1} << n; }
// a / 2^n, ties away from zero.
inline i128 rounded_away(i128 a, int n) {
  const i128 magnitude = a < 0 ? -a : a;
  const i128 rounded = (2 * magnitude + pow2(n)) / pow2(n + 1);
  return a < 0 ? -rounded : rounded;
}
// a b / 2^31, ties up, saturated.
inline int32_t high_product(int32_t a, int32_t b) { return saturated(floor_div(2 * i128{a} * b + pow2(31), pow2(32))); }

template <typename T>
T read(const Bytes& memory, int64_t address) {
  T value;
  for (size_t i = 0; i < sizeof(T); ++i)
    reinterpret_cast<uint8_t*>(&value)[i] = memory.at(static_cast<size_t>(address) + i);
  return value;
}

// lane.def.
inline int32_t primitive_value(const Bytes& sram, const isa::Vector& op, const isa::Primitive& p, int32_t d, int32_t a,
                               int32_t b, int32_t c) {
  using isa::LaneOp;
  const int shift = ((b % 64) + 64) % 64;
  const int64_t table = p.c == 0 ? op.table0 : op.table1, entry = ((a % 256) + 256) % 256;
  switch (p.op) {
    case LaneOp::kMove: return b;
    case LaneOp::kAdd: return low32(i128{a} + b);
    case LaneOp::kSubtract: return low32(i128{a} - b);
    case LaneOp::kReverseSubtract: return low32(i128{b} - a);
    case LaneOp::kMultiply: return low32(i128{a} * b);
    case LaneOp::kMultiplyAdd: return low32(i128{d} + i128{a} * b);
    case LaneOp::kMultiplyShift: return low32(floor_div(i128{a} * b, pow2(p.c)));
    case LaneOp::kDoublingHighMultiply: return high_product(a, b);
    case LaneOp::kMinimum: return std::min(a, b);
    case LaneOp::kMaximum: return std::max(a, b);
    case LaneOp::kAnd: return a & b;
    case LaneOp::kOr: return a | b;
    case LaneOp::kXor: return a ^ b;
    case LaneOp::kShiftLeft: return shift > 31 ? 0 : low32(i128{a} * pow2(shift));
    case LaneOp::kSaturatingShiftLeft: return saturated(i128{a} * pow2(shift));
    case LaneOp::kShiftRight: return static_cast<int32_t>(floor_div(a, pow2(shift)));
    case LaneOp::kRoundingShiftRight: return static_cast<int32_t>(rounded_away(a, shift));
    case LaneOp::kCountLeadingZeros: {
      int zeros = 0;
      while (zeros < 32 && (static_cast<uint32_t>(a) & (1u << (31 - zeros))) == 0) ++zeros;
      return zeros;
    }
    case LaneOp::kAbsolute: return low32(a < 0 ? -i128{a} : i128{a});
    case LaneOp::kCompareLess: return a < b;
    case LaneOp::kCompareEqual: return a == b;
    case LaneOp::kSelect: return c != 0 ? a : b;
    case LaneOp::kLookup: return read<int32_t>(sram, table + 4 * entry);
    case LaneOp::kLookupByte: return read<int8_t>(sram, table + entry);
  }
  return 0;
}

}  // namespace atl::simulator::naive

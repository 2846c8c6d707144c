#include "simulator/core/lanes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "common/base/check.h"
#include "common/numerics/multiplier.h"
#include "common/numerics/rounding.h"

namespace atl::simulator {

namespace {

using isa::LaneOp;

// Wrapping arithmetic, by way of unsigned numbers.
int32_t add(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
int32_t subtract(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}
int32_t multiply(int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
}

int32_t shift_left(int32_t a, int32_t b) {
  const int count = b & 63;
  return count > 31 ? 0 : static_cast<int32_t>(static_cast<uint32_t>(a) << count);
}
int32_t shift_right(int32_t a, int32_t b) { return a >> std::min(b & 63, 31); }

template <typename T>
int32_t lookup(std::span<const uint8_t> table, int32_t index) {
  T entry;
  std::memcpy(&entry, table.data() + (static_cast<uint32_t>(index) & 255u) * sizeof(T), sizeof(T));
  return entry;
}

// The operands of one primitive, each an array of `count` elements; d may be the same array as a source.
struct Operands {
  int32_t* d;
  const int32_t *a, *b, *c;
  size_t count;
};

template <typename Function>
void each(const Operands& o, Function&& function) {
  for (size_t i = 0; i < o.count; ++i) o.d[i] = function(o.a[i], o.b[i]);
}

void run_primitive(const isa::Primitive& primitive, const Operands& o, const LaneTables& tables) {
  const int literal = primitive.c;
  switch (primitive.op) {
    case LaneOp::kMove: return each(o, [](int32_t, int32_t b) { return b; });
    case LaneOp::kAdd: return each(o, add);
    case LaneOp::kSubtract: return each(o, subtract);
    case LaneOp::kReverseSubtract: return each(o, [](int32_t a, int32_t b) { return subtract(b, a); });
    case LaneOp::kMultiply: return each(o, multiply);
    case LaneOp::kMultiplyAdd:
      for (size_t i = 0; i < o.count; ++i) o.d[i] = add(o.d[i], multiply(o.a[i], o.b[i]));
      return;
    case LaneOp::kMultiplyShift:
      return each(o, [=](int32_t a, int32_t b) { return static_cast<int32_t>((int64_t{a} * b) >> literal); });
    case LaneOp::kDoublingHighMultiply: return each(o, numerics::saturating_rounding_doubling_high_mul);
    case LaneOp::kMinimum: return each(o, [](int32_t a, int32_t b) { return a < b ? a : b; });
    case LaneOp::kMaximum: return each(o, [](int32_t a, int32_t b) { return a > b ? a : b; });
    case LaneOp::kAnd: return each(o, [](int32_t a, int32_t b) { return a & b; });
    case LaneOp::kOr: return each(o, [](int32_t a, int32_t b) { return a | b; });
    case LaneOp::kXor: return each(o, [](int32_t a, int32_t b) { return a ^ b; });
    case LaneOp::kShiftLeft: return each(o, shift_left);
    case LaneOp::kSaturatingShiftLeft:
      return each(o, [](int32_t a, int32_t b) { return numerics::saturating_shift_left(a, b & 63); });
    case LaneOp::kShiftRight: return each(o, shift_right);
    case LaneOp::kRoundingShiftRight:
      return each(o, [](int32_t a, int32_t b) { return numerics::rounding_divide_by_pot(a, b & 63); });
    case LaneOp::kCountLeadingZeros:
      return each(o, [](int32_t a, int32_t) { return std::countl_zero(static_cast<uint32_t>(a)); });
    case LaneOp::kAbsolute: return each(o, [](int32_t a, int32_t) { return a < 0 ? subtract(0, a) : a; });
    case LaneOp::kCompareLess: return each(o, [](int32_t a, int32_t b) { return a < b ? 1 : 0; });
    case LaneOp::kCompareEqual: return each(o, [](int32_t a, int32_t b) { return a == b ? 1 : 0; });
    case LaneOp::kSelect:
      for (size_t i = 0; i < o.count; ++i) o.d[i] = o.c[i] != 0 ? o.a[i] : o.b[i];
      return;
    case LaneOp::kLookup:
      return each(o, [table = tables[primitive.c]](int32_t a, int32_t) { return lookup<int32_t>(table, a); });
    case LaneOp::kLookupByte:
      return each(o, [table = tables[primitive.c]](int32_t a, int32_t) { return lookup<int8_t>(table, a); });
  }
  ATOLL_CHECK(false, "lane op {}", static_cast<int>(primitive.op));
}

}  // namespace

void Lanes::run(const std::vector<isa::Primitive>& primitives, int first_zero, size_t count, const LaneTables& tables) {
  ATOLL_CHECK(count <= kChunk);
  for (int index = first_zero; index < isa::kLaneRegisters; ++index) std::fill_n(reg(index), count, 0);
  for (const isa::Primitive& primitive : primitives) {
    const bool immediate = primitive.b == isa::kImmediate;
    if (immediate) std::fill_n(immediate_.data(), count, primitive.immediate);
    const int third = primitive.op == LaneOp::kSelect ? primitive.c : 0;
    run_primitive(
        primitive,
        {reg(primitive.d), reg(primitive.a), immediate ? immediate_.data() : reg(primitive.b), reg(third), count},
        tables);
  }
}

}  // namespace atl::simulator

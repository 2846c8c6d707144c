#include <algorithm>
#include <array>

#include "tests/support/random_program.h"

namespace atl::test {

using isa::LaneOp;

isa::LaneProgram random_lane_program(Draw& draw, int length, bool with_tail) {
  // A table is read by one of the two look-ups only.
  const std::array<LaneOp, 2> lookups = {draw.chance(50) ? LaneOp::kLookup : LaneOp::kLookupByte,
                                         draw.chance(50) ? LaneOp::kLookup : LaneOp::kLookupByte};
  const auto primitive = [&] {
    const auto rows = isa::lane_ops();
    const isa::LaneOpInfo* info = &rows[static_cast<size_t>(draw.between(0, static_cast<int64_t>(rows.size()) - 1))];
    const auto uses = [&](char operand) { return info->operands.find(operand) != std::string_view::npos; };
    const auto reg = [&] { return static_cast<uint8_t>(draw.between(0, 5)); };
    isa::Primitive p;
    p.op = info->op;
    p.d = draw.chance(50) ? 0 : reg();
    if (uses('a')) p.a = reg();
    if (uses('b')) {
      p.b = draw.chance(50) ? reg() : isa::kImmediate;
      if (p.b == isa::kImmediate)
        p.immediate =
            static_cast<int32_t>(draw.chance(50) ? draw.between(-40, 40) : draw.between(INT32_MIN, INT32_MAX));
    }
    if (uses('c')) p.c = reg();
    if (uses('n')) p.c = static_cast<uint8_t>(draw.between(0, isa::kMaxShift));
    if (uses('t')) {
      p.c = static_cast<uint8_t>(draw.between(0, 1));
      p.op = lookups[p.c];
    }
    return p;
  };
  isa::LaneProgram program;
  program.body.resize(static_cast<size_t>(draw.between(0, length)));
  std::generate(program.body.begin(), program.body.end(), primitive);
  if (with_tail) program.tail.resize(static_cast<size_t>(draw.between(0, length)));
  std::generate(program.tail.begin(), program.tail.end(), primitive);
  return program;
}

}  // namespace atl::test

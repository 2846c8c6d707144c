#include "isa/lane_program.h"

#include <algorithm>
#include <array>

namespace atl::isa {
namespace {

constexpr std::array kLaneOps = {
#define ATOLL_LANE(Name, mnemonic, code, operands, doc) LaneOpInfo{LaneOp::k##Name, #mnemonic, operands, doc},
#include "isa/lane.def"
#undef ATOLL_LANE
};

bool uses(const LaneOpInfo& info, char operand) { return info.operands.find(operand) != std::string_view::npos; }

// What is wrong with a primitive whose op is known; empty if nothing is.
std::string problem_of(const Primitive& p, const LaneOpInfo& info) {
  const auto beyond = [](std::string_view field, int value, int last) {
    return fmt::format("{} = {} is not in 0 .. {}", field, value, last);
  };
  if (p.d >= kLaneRegisters) return beyond("register d", p.d, kLaneRegisters - 1);
  if (p.a >= kLaneRegisters) return beyond("register a", p.a, kLaneRegisters - 1);
  if (p.b >= kLaneRegisters && p.b != kImmediate) return beyond("register b", p.b, kLaneRegisters - 1);
  if (uses(info, 'c') && p.c >= kLaneRegisters) return beyond("register c", p.c, kLaneRegisters - 1);
  if (uses(info, 'n') && p.c > kMaxShift) return beyond("shift", p.c, kMaxShift);
  if (uses(info, 't') && p.c >= kLaneTables) return beyond("table", p.c, kLaneTables - 1);
  const bool plain_a = uses(info, 'a') || p.a == 0;
  const bool plain_b = uses(info, 'b') || p.b == kImmediate;
  const bool plain_c = uses(info, 'c') || uses(info, 'n') || uses(info, 't') || p.c == 0;
  const bool plain_immediate = (uses(info, 'b') && p.b == kImmediate) || p.immediate == 0;
  if (!plain_a || !plain_b || !plain_c || !plain_immediate) return "a field it does not use is not at its default";
  return {};
}

void check_part(const std::vector<Primitive>& part, std::string_view name, ErrorCollector& errors) {
  if (part.size() > kMaxPrimitives) {
    errors.add(make_error(ErrorCode::kInvalid, "{}: {} primitives, at most {} are allowed", name, part.size(),
                          kMaxPrimitives));
    return;
  }
  for (size_t i = 0; i < part.size(); ++i) {
    const auto code = static_cast<uint8_t>(part[i].op);
    const LaneOpInfo* info = lane_op_info(code);
    const std::string problem = info ? problem_of(part[i], *info) : fmt::format("no primitive has code {}", code);
    if (problem.empty()) continue;
    errors.add(make_error(ErrorCode::kInvalid, "{}[{}]{}{}: {}", name, i, info ? " " : "",
                          info ? info->mnemonic : std::string_view{}, problem));
  }
}

bool reads(const LaneProgram& program, LaneOp op, int table) {
  const auto matches = [&](const Primitive& p) { return p.op == op && p.c == table; };
  return std::any_of(program.body.begin(), program.body.end(), matches) ||
         std::any_of(program.tail.begin(), program.tail.end(), matches);
}

}  // namespace

const LaneOpInfo* lane_op_info(uint8_t code) {
  const auto found = std::find_if(kLaneOps.begin(), kLaneOps.end(),
                                  [&](const LaneOpInfo& info) { return static_cast<uint8_t>(info.op) == code; });
  return found == kLaneOps.end() ? nullptr : &*found;
}

const LaneOpInfo* lane_op_named(std::string_view mnemonic) {
  const auto found =
      std::find_if(kLaneOps.begin(), kLaneOps.end(), [&](const LaneOpInfo& info) { return info.mnemonic == mnemonic; });
  return found == kLaneOps.end() ? nullptr : &*found;
}

std::span<const LaneOpInfo> lane_ops() { return kLaneOps; }

Status check(const LaneProgram& program) {
  ErrorCollector errors;
  check_part(program.body, "body", errors);
  check_part(program.tail, "tail", errors);
  for (int table = 0; table < kLaneTables; ++table) {
    if (reads(program, LaneOp::kLookup, table) && reads(program, LaneOp::kLookupByte, table)) {
      errors.add(make_error(ErrorCode::kInvalid, "table {} is read both as int32 and as int8 entries", table));
    }
  }
  return std::move(errors).status();
}

int table_bytes(const LaneProgram& program, int table) {
  if (reads(program, LaneOp::kLookup, table)) return 1024;
  return reads(program, LaneOp::kLookupByte, table) ? 256 : 0;
}

}  // namespace atl::isa

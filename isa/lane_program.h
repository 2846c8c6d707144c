// Lane programs: what the vector unit does to each element. Made from lane.def.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace atl::isa {

enum class LaneOp : uint8_t {
#define ATOLL_LANE(Name, mnemonic, code, operands, doc) k##Name = code,
#include "isa/lane.def"
#undef ATOLL_LANE
};

struct LaneOpInfo {
  LaneOp op;
  std::string_view mnemonic, operands, doc;
};
// The row of an op, or null for a code without one.
const LaneOpInfo* lane_op_info(uint8_t code);
const LaneOpInfo* lane_op_named(std::string_view mnemonic);
std::span<const LaneOpInfo> lane_ops();  // all rows, in the order of lane.def

inline constexpr int kLaneRegisters = 16;
inline constexpr int kLaneTables = 2;
inline constexpr int kMaxShift = 62;           // of MultiplyShift
inline constexpr uint8_t kImmediate = 0xff;    // in Primitive::b: the second source is the immediate
inline constexpr size_t kMaxPrimitives = 512;  // of a body or a tail

// One primitive. Fields that its op does not use hold the defaults below, so that equal programs have equal text and
// bytes.
struct Primitive {
  LaneOp op = LaneOp::kMove;
  uint8_t d = 0;           // 0 .. 15
  uint8_t a = 0;           // 0 .. 15
  uint8_t b = kImmediate;  // 0 .. 15 or kImmediate
  uint8_t c = 0;           // register, shift or table, by the op
  int32_t immediate = 0;

  bool operator==(const Primitive&) const = default;
};

struct LaneProgram {
  std::vector<Primitive> body;
  std::vector<Primitive> tail;  // runs once an output, after a reduction

  bool operator==(const LaneProgram&) const = default;
};

// Registers, shifts and tables within their ranges, unused fields at their defaults, lengths within kMaxPrimitives, no
// table read both by lookup and by lookup8. kInvalid with the place of every primitive that breaks a rule.
Status check(const LaneProgram& program);
// Bytes of table 0 or 1: 1024 if lookup reads it, 256 if lookup8 does, 0 if nothing does.
int table_bytes(const LaneProgram& program, int table);

}  // namespace atl::isa

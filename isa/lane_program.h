// Lane programs: what the vector unit does to each element. Made from lane.def.
#pragma once

#include <cstdint>
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

inline constexpr int kLaneRegisters = 16;
inline constexpr uint8_t kImmediate = 0xff;    // in Primitive::b: the second source is the immediate
inline constexpr size_t kMaxPrimitives = 512;  // of a body or a tail

struct Primitive {
  LaneOp op = LaneOp::kMove;
  uint8_t d = 0;            // 0 .. 15
  uint8_t a = 0;            // 0 .. 15
  uint8_t b = kImmediate;   // 0 .. 15 or kImmediate
  uint8_t c = 0;            // register, shift or table, by the op
  int32_t immediate = 0;

  bool operator==(const Primitive&) const = default;
};

struct LaneProgram {
  std::vector<Primitive> body;
  std::vector<Primitive> tail;  // runs once an output, after a reduction

  bool operator==(const LaneProgram&) const = default;
};

// Registers, shifts and tables within their ranges, lengths within kMaxPrimitives. kInvalid with the primitive's place.
Status check(const LaneProgram& program);
// Number of tables used: 0, 1 or 2 (1 + the largest index), and bytes an entry table t has (1024 for lookup, 256 for lookup8, 0 unused).
int table_bytes(const LaneProgram& program, int table);

}  // namespace atl::isa

#include "isa/lane_program.h"

#include <catch2/catch.hpp>

#include <set>

using namespace atl;
using namespace atl::isa;

namespace {

std::string problems(const LaneProgram& program) {
  const Status status = check(program);
  return status.ok() ? "" : status.error().text();
}

}  // namespace

TEST_CASE("every primitive is found by code and by mnemonic") {
  std::set<std::string_view> names;
  for (const LaneOpInfo& info : lane_ops()) {
    CHECK(lane_op_info(static_cast<uint8_t>(info.op)) == &info);
    CHECK(lane_op_named(info.mnemonic) == &info);
    CHECK(names.insert(info.mnemonic).second);
    CHECK(info.operands.find_first_not_of("dabcnt") == std::string_view::npos);
  }
  CHECK(lane_ops().size() == 24);
  CHECK(lane_op_info(200) == nullptr);
  CHECK(lane_op_named("movs") == nullptr);
}

TEST_CASE("a good lane program passes; an empty one too") {
  CHECK(problems({}) == "");
  CHECK(problems({{{LaneOp::kMultiplyShift, 15, 15, 15, 62, 0}, {LaneOp::kAdd, 1, 2, kImmediate, 0, -7}},
                  {{LaneOp::kSelect, 0, 1, 2, 15, 0}}}) == "");
}

TEST_CASE("every bad primitive is reported with its place") {
  const LaneProgram program = {{{LaneOp::kAdd, 16, 0, 0, 0, 0},
                                {LaneOp::kAdd, 0, 16, 0, 0, 0},
                                {LaneOp::kAdd, 0, 0, 16, 0, 0},
                                {LaneOp::kSelect, 0, 0, 0, 16, 0},
                                {LaneOp::kMultiplyShift, 0, 0, 0, 63, 0},
                                {LaneOp::kLookup, 0, 0, kImmediate, 2, 0},
                                {LaneOp{99}, 0, 0, 0, 0, 0}},
                               {{LaneOp::kAbsolute, 0, 1, 3, 0, 0}, {LaneOp::kMove, 0, 0, 1, 0, 5}}};
  CHECK(problems(program) ==
        "body[0] add: register d = 16 is not in 0 .. 15\n"
        "body[1] add: register a = 16 is not in 0 .. 15\n"
        "body[2] add: register b = 16 is not in 0 .. 15\n"
        "body[3] sel: register c = 16 is not in 0 .. 15\n"
        "body[4] mulshr: shift = 63 is not in 0 .. 62\n"
        "body[5] lookup: table = 2 is not in 0 .. 1\n"
        "body[6]: no primitive has code 99\n"
        "tail[0] abs: a field it does not use is not at its default\n"
        "tail[1] mov: a field it does not use is not at its default");
  LaneProgram longest;
  longest.body.resize(kMaxPrimitives);
  CHECK(problems(longest) == "");
  longest.body.resize(kMaxPrimitives + 1);
  CHECK(problems(longest) == "body: 513 primitives, at most 512 are allowed");
}

TEST_CASE("tables are sized by the primitive that reads them") {
  LaneProgram program = {{{LaneOp::kLookup, 0, 0, kImmediate, 1, 0}}, {{LaneOp::kLookupByte, 0, 0, kImmediate, 0, 0}}};
  CHECK(table_bytes(program, 0) == 256);
  CHECK(table_bytes(program, 1) == 1024);
  CHECK(table_bytes({}, 0) == 0);
  program.tail[0].c = 1;
  CHECK(problems(program) == "table 1 is read both as int32 and as int8 entries");
}

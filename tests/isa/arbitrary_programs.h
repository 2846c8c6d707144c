// Programs that check() accepts and nothing more: every instruction and primitive there is, with arbitrary fields.
#pragma once

#include <random>
#include <string>

#include "isa/fields.h"
#include "isa/program.h"

namespace atl::isa {

class ArbitraryPrograms {
 public:
  explicit ArbitraryPrograms(uint32_t seed) : random_(seed) {}

  Program program() {
    Program p;
    p.machine_name = name();
    p.functional_hash = random_();
    p.timing_hash = random_();
    p.grid_rows = pick<int32_t>(1, 64);
    p.grid_columns = pick<int32_t>(1, 64);
    p.constants.resize(pick<size_t>(0, 200));
    for (uint8_t& byte : p.constants) byte = static_cast<uint8_t>(random_());
    p.offchip_bytes = p.constants.size() + pick<uint64_t>(0, 1000);
    p.sram_peak_bytes = random_();
    for (int i = pick(0, 3); i > 0; --i) p.lane_programs.push_back({primitives(8), primitives(3)});
    for (auto* bindings : {&p.inputs, &p.outputs, &p.state}) {
      for (int i = pick(0, 2); i > 0; --i) bindings->push_back(binding(p));
    }
    p.preload = code(5);
    p.main = code(20);
    add_debug_map(p);
    for (int i = pick(0, 2); i > 0; --i) p.materialized.push_back(materialized(p));
    return p;
  }

 private:
  template <typename T = int>
  T pick(int64_t low, int64_t high) {
    return static_cast<T>(std::uniform_int_distribution<int64_t>(low, high)(random_));
  }
  template <typename Items>
  const auto& one_of(const Items& items, size_t first = 0) {
    return items[pick<size_t>(static_cast<int64_t>(first), static_cast<int64_t>(items.size()) - 1)];
  }

  std::string name() {
    std::string text(pick<size_t>(0, 12), ' ');
    for (char& c : text) c = pick<char>(-128, 127);
    return text;
  }

  Code code(int longest) {
    Code made;
    for (int i = pick(0, longest); i > 0; --i) {
      Instruction instruction{one_of(all_operations(), 1)};  // not halt, the first
      if (unit_of(instruction.operation) != Unit::kControl) {
        instruction.wait = pick<UnitMask>(0, 63);
        instruction.signal = pick<UnitMask>(0, 63);
      }
      set_values(instruction.operation,
                 [&](const Field& f) { return pick(0, 2) ? pick<int64_t>(f.minimum(), f.maximum()) : 0; });
      made.push_back(instruction);
    }
    made.push_back({Halt{}});
    return made;
  }

  std::vector<Primitive> primitives(int longest) {
    std::vector<Primitive> made;
    for (int i = pick(0, longest); i > 0; --i) made.push_back(primitive(one_of(lane_ops())));
    return made;
  }

  Primitive primitive(const LaneOpInfo& info) {
    Primitive p{.op = info.op};
    for (const char operand : info.operands) {
      if (operand == 'd') p.d = pick<uint8_t>(0, 15);
      if (operand == 'a') p.a = pick<uint8_t>(0, 15);
      if (operand == 'b' && pick(0, 1)) p.b = pick<uint8_t>(0, 15);
      if (operand == 'b' && p.b == kImmediate) p.immediate = pick<int32_t>(INT32_MIN, INT32_MAX);
      if (operand == 'c') p.c = pick<uint8_t>(0, 15);
      if (operand == 'n') p.c = pick<uint8_t>(0, kMaxShift);
      if (operand == 't') p.c = info.op == LaneOp::kLookup ? 1 : 0;
    }
    return p;
  }

  Binding binding(const Program& p) {
    const auto at = pick<uint64_t>(static_cast<int64_t>(p.constants.size()), static_cast<int64_t>(p.offchip_bytes));
    return {name(), pick<int32_t>(-1, 99), at, pick<uint64_t>(0, static_cast<int64_t>(p.offchip_bytes - at))};
  }

  void add_debug_map(Program& p) {
    for (int i = pick(0, 3); i > 0; --i) {
      p.debug_ops.push_back({pick<int32_t>(-1, 99), name(), random_(), random_(), random_(), random_()});
    }
    if (pick(0, 1)) return;
    for (size_t i = 0; i < p.main.size(); ++i) {
      p.debug_of_instruction.push_back(pick<int32_t>(-1, static_cast<int64_t>(p.debug_ops.size()) - 1));
    }
  }

  Materialized materialized(const Program& p) {
    Materialized tensor{name(), 3, pick(0, 1) == 1, 0, pick<uint64_t>(0, static_cast<int64_t>(p.offchip_bytes)), {}};
    if (tensor.in_sram) tensor.address = random_();
    for (int i = pick(0, 3); i > 0; --i) {
      tensor.writers.push_back(pick<uint32_t>(0, static_cast<int64_t>(p.main.size()) - 1));
    }
    return tensor;
  }

  std::mt19937_64 random_;
};

}  // namespace atl::isa

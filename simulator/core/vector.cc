#include "simulator/core/vector.h"

#include <algorithm>
#include <array>

#include "isa/vector_operands.h"
#include "simulator/core/lanes.h"
#include "simulator/core/loop_nest.h"

namespace atl::simulator {

namespace {

constexpr size_t kOut = 3;  // operand number of the output in a nest; the inputs are 0 .. 2

using Operands = std::array<isa::VectorOperand, 4>;

Operands operands_of(const isa::Vector& v) {
  return {isa::vector_input(v, 0), isa::vector_input(v, 1), isa::vector_input(v, 2), isa::vector_output(v)};
}

LoopNest output_nest(const isa::Vector& v, const Operands& operands) {
  std::array<LoopNest::Loop, 4> loops;
  for (size_t loop = 0; loop < loops.size(); ++loop) {
    loops[loop].extent = static_cast<uint64_t>(isa::output_extents(v)[loop]);
    for (size_t i = 0; i < operands.size(); ++i) loops[loop].strides[i] = operands[i].strides[loop];
  }
  return LoopNest(loops, operands.size());
}

LoopNest reduction_nest(const isa::Vector& v, const Operands& operands) {
  std::array<LoopNest::Loop, 3> loops;
  for (size_t loop = 0; loop < loops.size(); ++loop) {
    loops[loop].extent = static_cast<uint64_t>(isa::reduction_extents(v)[loop]);
    for (size_t i = 0; i < kOut; ++i) loops[loop].strides[i] = operands[i].reduction_strides[loop];
  }
  return LoopNest(loops, kOut);
}

int32_t combine(isa::Reduce reduce, int32_t a, int32_t b) {
  switch (reduce) {
    case isa::Reduce::kAdd: return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
    case isa::Reduce::kMax: return std::max(a, b);
    case isa::Reduce::kMin: return std::min(a, b);
    case isa::Reduce::kNone: return b;
  }
  ATOLL_CHECK(false, "reduce {}", static_cast<int>(reduce));
}

// One vector instruction on one tile.
class VectorRun {
 public:
  VectorRun(TileState& tile, const isa::Vector& operation, const isa::LaneProgram& program)
      : sram_(tile.sram),
        operation_(operation),
        program_(program),
        operands_(operands_of(operation)),
        reduce_(isa::Reduce(operation.reduce)),
        outputs_(output_nest(operation, operands_)),
        steps_(reduction_nest(operation, operands_)) {
    tables_[0] = table(0, operation.table0);
    tables_[1] = table(1, operation.table1);
  }

  void run() {
    // The order of a reduction does not change its value, so the longer side fills the chunks.
    const bool chunk_outputs =
        reduce_ == isa::Reduce::kNone || outputs_.count() >= std::min<uint64_t>(steps_.count(), 32);
    if (chunk_outputs) {
      for (uint64_t o = 0; o < outputs_.count(); o += Lanes::kChunk)
        run_outputs(o, std::min(Lanes::kChunk, outputs_.count() - o));
    } else {
      for (uint64_t o = 0; o < outputs_.count(); ++o) run_reduction(o);
    }
  }

 private:
  std::span<const uint8_t> table(int index, uint32_t address) const {
    const int bytes = isa::table_bytes(program_, index);
    return bytes == 0 ? std::span<const uint8_t>() : sram_.view(address, static_cast<uint64_t>(bytes));
  }

  // Inputs `first` and up of outputs [begin, begin + count) at reduction step k.
  void load_inputs(int first, uint64_t begin, size_t count, uint64_t k) {
    for (int i = first; i < operation_.inputs; ++i) {
      const auto operand = static_cast<size_t>(i);
      const isa::VectorOperand& input = operands_[operand];
      load_elements(sram_, input.address + steps_.offset(operand, k), input.type, outputs_, operand, begin, count,
                    lanes_.reg(i));
    }
  }

  void store(uint64_t begin, size_t count) {
    store_elements(sram_, operands_[kOut].address, operands_[kOut].type, outputs_, kOut, begin, count, lanes_.reg(0));
  }

  void run_tail(uint64_t begin, size_t count) {
    if (program_.tail.empty()) return;
    load_inputs(1, begin, count, 0);
    lanes_.run(program_.tail, std::max<int>(operation_.inputs, 1), count, tables_);
  }

  // The lanes take outputs, a reduction is a loop around them.
  void run_outputs(uint64_t begin, size_t count) {
    for (uint64_t k = 0; k < steps_.count(); ++k) {
      load_inputs(0, begin, count, k);
      lanes_.run(program_.body, operation_.inputs, count, tables_);
      if (reduce_ == isa::Reduce::kNone) break;
      const int32_t* value = lanes_.reg(0);
      for (size_t i = 0; i < count; ++i) combined_[i] = k == 0 ? value[i] : combine(reduce_, combined_[i], value[i]);
    }
    if (reduce_ != isa::Reduce::kNone) {
      std::copy_n(combined_.begin(), count, lanes_.reg(0));
      run_tail(begin, count);
    }
    store(begin, count);
  }

  // The lanes take the steps of one output's reduction.
  void run_reduction(uint64_t output) {
    int32_t result = 0;
    for (uint64_t k = 0; k < steps_.count(); k += Lanes::kChunk) {
      const size_t count = std::min(Lanes::kChunk, steps_.count() - k);
      for (int i = 0; i < operation_.inputs; ++i) {
        const auto operand = static_cast<size_t>(i);
        load_elements(sram_, operands_[operand].address + outputs_.offset(operand, output), operands_[operand].type,
                      steps_, operand, k, count, lanes_.reg(i));
      }
      lanes_.run(program_.body, operation_.inputs, count, tables_);
      const int32_t* value = lanes_.reg(0);
      for (size_t i = 0; i < count; ++i) result = k + i == 0 ? value[i] : combine(reduce_, result, value[i]);
    }
    lanes_.reg(0)[0] = result;
    run_tail(output, 1);
    store(output, 1);
  }

  Memory& sram_;
  const isa::Vector& operation_;
  const isa::LaneProgram& program_;
  const Operands operands_;
  const isa::Reduce reduce_;
  const LoopNest outputs_, steps_;
  LaneTables tables_;
  Lanes lanes_;
  std::array<int32_t, Lanes::kChunk> combined_{};
};

}  // namespace

void run_vector(TileState& tile, const isa::Vector& operation, const isa::LaneProgram& program) {
  VectorRun(tile, operation, program).run();
}

}  // namespace atl::simulator

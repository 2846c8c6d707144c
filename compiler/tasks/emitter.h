// Collects the instructions of a segment in a serial order that is right by itself; overlap comes later (schedule/).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "compiler/tasks/storage.h"
#include "isa/instruction.h"
#include "isa/lane_program.h"

namespace atl::compiler {

struct EmittedInstruction {
  isa::Operation operation;
  int32_t debug_op = -1;         // index into the segment's list of ops
  int32_t written_storage = -1;  // the storage whose home it writes, if any
  // The same work for the vector unit, where that can do it: instead of this matmul and the load_weights before it.
  std::optional<isa::Depthwise> on_vector;
};

class Emitter {
 public:
  // All instructions from here on belong to this op.
  void set_op(int32_t debug_op) { debug_op_ = debug_op; }

  // Appends an instruction. `written_storage`: the storage whose home bytes it writes, -1 for staging buffers and
  // loads.
  void emit(isa::Operation operation, int32_t written_storage = -1) {
    code_.push_back({std::move(operation), debug_op_, written_storage, {}});
  }

  // DMA of a box of elements between off-chip memory and SRAM; dimensions that are contiguous on both sides are merged,
  // and as few instructions as their three loops allow are emitted.
  struct BoxCopy {
    uint64_t offchip = 0;  // address of the box's first element
    uint32_t sram = 0;
    Dims extent, offchip_strides, sram_strides;  // strides in bytes
    int64_t element_bytes = 1;
  };
  void load(const BoxCopy& copy);
  void store(const BoxCopy& copy, int32_t written_storage);

  // The index of a lane program, shared among equal ones.
  uint16_t lane_program(const isa::LaneProgram& program);

  // Accumulator rows of nobody else's, as if there were no end of them: the schedule settles which they are. A
  // load_weights is followed by the matmul that takes its tiles; the requantize with the same first row, after the last
  // of them, frees them.
  uint32_t new_accumulators(int64_t rows) {
    const uint32_t first = next_accumulator_;
    next_accumulator_ += static_cast<uint32_t>(rows);
    return first;
  }

  std::vector<EmittedInstruction>& code() { return code_; }
  const std::vector<isa::LaneProgram>& lane_programs() const { return lane_programs_; }

 private:
  template <typename Dma>
  void copy_box(const BoxCopy& copy, int32_t written_storage);

  int32_t debug_op_ = -1;
  uint32_t next_accumulator_ = 0;
  std::vector<EmittedInstruction> code_;
  std::vector<isa::LaneProgram> lane_programs_;
};

}  // namespace atl::compiler

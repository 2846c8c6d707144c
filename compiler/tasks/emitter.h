// Collects the instructions of a segment in a serial order that is right by itself; overlap comes later (schedule/).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "compiler/tasks/storage.h"
#include "isa/instruction.h"
#include "isa/lane_program.h"

namespace atl::compiler {

struct EmittedInstruction {
  isa::Operation operation;
  int32_t debug_op = -1;         // index into the segment's list of ops
  int32_t written_storage = -1;  // the storage whose home it writes, if any
};

class Emitter {
 public:
  // All instructions from here on belong to this op.
  void set_op(int32_t debug_op) { debug_op_ = debug_op; }

  // Appends an instruction. `written_storage`: the storage whose home bytes it writes, -1 for staging buffers and
  // loads.
  void emit(isa::Operation operation, int32_t written_storage = -1) {
    code_.push_back({std::move(operation), debug_op_, written_storage});
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

  // The first row of the accumulator half to use next: the halves take turns, so that one fills while the other drains.
  uint32_t next_accumulator(int32_t accumulator_rows) {
    upper_half_ = !upper_half_;
    return upper_half_ ? static_cast<uint32_t>(accumulator_rows / 2) : 0;
  }

  std::vector<EmittedInstruction>& code() { return code_; }
  const std::vector<isa::LaneProgram>& lane_programs() const { return lane_programs_; }

 private:
  template <typename Dma>
  void copy_box(const BoxCopy& copy, int32_t written_storage);

  int32_t debug_op_ = -1;
  bool upper_half_ = true;
  std::vector<EmittedInstruction> code_;
  std::vector<isa::LaneProgram> lane_programs_;
};

}  // namespace atl::compiler

// Staging: how a tile's share of an operand gets into SRAM and out of it.
#pragma once

#include <cstdint>

#include "compiler/tasks/task.h"

namespace atl::compiler {

// A bump allocator over a task's staging area.
class StagingArea {
 public:
  StagingArea(uint32_t address, int64_t bytes) : next_(address), end_(address + bytes) {}
  uint32_t take(int64_t bytes);

 private:
  int64_t next_, end_;
};

// One operand's staging buffers, used in turn; none when its home is SRAM.
class StagedOperand {
 public:
  // tile_bytes: the largest box it will hold. buffers: 1 or 2.
  StagedOperand(const Surroundings& surroundings, const Operand& operand, StagingArea& area, int64_t tile_bytes,
                int buffers);

  // Emits the load of the box if it is not already there, and says where its elements are.
  Placed load(const Box& box, Emitter& emitter);
  // Where the next box of an output is to be computed; store() then emits its way home.
  Placed reserve(const Box& box);
  void store(const Box& box, Emitter& emitter);

  // The storage whose home a compute instruction writes directly, or -1 when it writes a staging buffer.
  int32_t written_home() const { return home_.in_sram ? operand_.storage : -1; }

 private:
  Placed in_place() const;
  Placed in_buffer(const Box& box) const;
  Emitter::BoxCopy box_copy(const Box& box) const;

  Operand operand_;
  Home home_;
  std::vector<uint32_t> buffers_;
  size_t current_ = 0;
  std::optional<Box> resident_;  // what the current buffer holds
};

// Bytes of a dense buffer for a box of the operand.
int64_t box_bytes(const Operand& operand, const Box& box);

}  // namespace atl::compiler

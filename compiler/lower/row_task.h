// Functions of a row (the last axis) in passes of the vector unit: reductions of the row to a number, arithmetic on
// such numbers, and at last every element with the help of up to two of them.
#pragma once

#include <vector>

#include "compiler/tasks/vector_task.h"

namespace atl::compiler {

struct RowPass {
  static constexpr int kElements = -1;  // the row itself as an operand; the output row as a result

  isa::Reduce reduce = isa::Reduce::kNone;
  std::vector<int> operands;  // kElements, or the number of an int32 of the row
  int result = kElements;     // likewise; if it is kElements, operand 0 is too
  isa::LaneProgram program;
  std::vector<int64_t> table_offsets;  // in the task's constants
};

class RowTask : public VectorTask {
 public:
  // Operands are [rows, elements] of `type`. numbers: int32s that a row needs.
  RowTask(Operand input, Operand output, isa::LaneType type, int numbers, std::vector<RowPass> passes,
          std::vector<uint8_t> tables);

  LeastWork least_work(const isa::Machine& machine) const override;

 protected:
  Box input_box(size_t /*input*/, const Box& tile) const override { return tile; }
  Dims input_extent(size_t /*input*/, const Dims& tile) const override { return tile; }
  int64_t temporary_bytes(const Dims& tile) const override;
  void emit_tile(const Tile& tile, Emitter& emitter) const override;

 private:
  isa::LaneType type_;
  int numbers_;
  std::vector<RowPass> passes_;
};

}  // namespace atl::compiler

// A matrix product of two activations of int8 on the array: the second one's bytes are loaded as weights from SRAM,
// brought into the array's order by the vector unit where they are not in it.
#pragma once

#include "compiler/tasks/vector_task.h"

namespace atl::compiler {

struct MatrixProduct {
  int64_t rows = 1, columns = 1, depth = 1;
  bool x_turned = false;  // x lies depth x rows
  bool y_turned = false;  // y lies columns x depth
  int32_t x_zero_point = 0, y_zero_point = 0, zero_point = 0;
};

// Inputs [batches of x, rows, depth] and [batches of y, depth, columns], or turned; output [batches, rows, columns], of
// which the task computes one.
class MatrixTask : public VectorTask {
 public:
  // parameters: of the output stage, of one column (mode fixed); all have the same.
  MatrixTask(const MatrixProduct& product, Operand x, int64_t x_batch, Operand y, int64_t y_batch, Operand output,
             int64_t batch, const std::vector<uint8_t>& parameters, const isa::Machine& machine);

  LeastWork least_work(const isa::Machine& machine) const override;

 protected:
  Box input_box(size_t input, const Box& tile) const override;
  Dims input_extent(size_t input, const Dims& tile) const override;
  int64_t temporary_bytes(const Dims& tile) const override;
  void emit_tile(const Tile& tile, Emitter& emitter) const override;

 private:
  struct Columns;
  int64_t turned_bytes(const Dims& tile) const;
  void emit_columns(const Tile& tile, const Columns& columns, const Placed& x, Emitter& emitter) const;

  MatrixProduct product_;
  int64_t x_batch_, y_batch_;
};

}  // namespace atl::compiler

// Quantized softmax over the last axis, as four passes of the vector unit a row (numerics/softmax.h has the
// arithmetic): maximum, sum of exponentials, reciprocal of the sum, and the quotient. The exponentials of the 256
// possible differences to the maximum are a table.
#pragma once

#include "common/numerics/softmax.h"
#include "compiler/tasks/vector_task.h"

namespace atl::compiler {

class SoftmaxTask : public VectorTask {
 public:
  // Operands are [rows, classes] of int8 or uint8, the output also of int16. classes < kMaxClasses, so that the sum
  // can't overflow.
  SoftmaxTask(Operand input, Operand output, isa::LaneType type, isa::LaneType output_type,
              const numerics::SoftmaxParams& params);
  static constexpr int64_t kMaxClasses = 4096;

  LeastWork least_work(const isa::Machine& machine) const override;

 protected:
  Box input_box(size_t /*input*/, const Box& tile) const override { return tile; }
  Dims input_extent(size_t /*input*/, const Dims& tile) const override { return tile; }
  int64_t temporary_bytes(const Dims& tile) const override;
  void emit_tile(const Tile& tile, Emitter& emitter) const override;

 private:
  isa::LaneType type_, output_type_;
};

}  // namespace atl::compiler

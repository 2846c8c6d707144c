// Reductions over a window of one input: pooling, and means over whole axes.
#pragma once

#include "compiler/tasks/vector_task.h"

namespace atl::compiler {

// How the output's dimension d walks the input's dimension d.
struct WindowDim {
  int64_t size = 1;  // window extent; elements outside the input are left out
  int64_t stride = 1;
  int64_t padding = 0;  // input elements before coordinate 0 under the first window
};

class WindowTask : public VectorTask {
 public:
  std::vector<WindowDim> window;  // one a dimension; a dimension of window 1 and stride 1 passes through
  isa::Reduce reduce = isa::Reduce::kAdd;
  isa::LaneType input_type = isa::LaneType::kInt8, output_type = isa::LaneType::kInt8;

  LeastWork least_work(const isa::Machine& machine) const override;

 protected:
  virtual std::vector<isa::Primitive> tail(int64_t valid_elements) const = 0;
  Box input_box(size_t input, const Box& tile) const override;
  Dims input_extent(size_t input, const Dims& tile) const override;
  void emit_tile(const Tile& tile, Emitter& emitter) const override;

 private:
  void emit_uniform(const Tile& tile, const Box& box, Emitter& emitter) const;
};

}  // namespace atl::compiler

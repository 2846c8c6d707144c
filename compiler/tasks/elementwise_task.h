// Elementwise work: one lane program over one or two inputs of the output's extents, with broadcasting by zero strides.
// Copies, fills, tables and ADD are all of this kind.
#pragma once

#include "compiler/tasks/vector_task.h"

namespace atl::compiler {

// Inputs have the rank of the output; an extent of 1 where the region's is larger broadcasts.
// Element `o` of the region reads input coordinate (o - region.begin) * (input extent > 1) + input_begin.
class ElementwiseTask : public VectorTask {
 public:
  isa::LaneProgram program;
  std::vector<isa::LaneType> input_types;
  isa::LaneType output_type = isa::LaneType::kInt8;
  std::vector<int64_t> table_offsets;  // of the program's tables in `constants`
  std::vector<Dims> input_begin;       // per input: where reading starts

  LeastWork least_work(const isa::Machine& machine) const override;

 protected:
  Box input_box(size_t input, const Box& tile) const override;
  Dims input_extent(size_t input, const Dims& tile) const override;
  void emit_tile(const Tile& tile, Emitter& emitter) const override;
};

}  // namespace atl::compiler

// Bytes to other places: every dimension of the output walks a dimension of the input in steps of its own, or none.
// Slices, mirrors, repetitions and transpositions are of this kind.
#pragma once

#include "compiler/tasks/vector_task.h"

namespace atl::compiler {

// How a dimension of the output reads the input.
struct RearrangeDim {
  int input_dim = -1;  // -1: every element reads the same
  int64_t step = 0;    // input coordinates an output coordinate; may be negative or 0
};

// One input of any rank, elements of `element_type`. Element `o` of the region reads the input at
// origin[i] + sum of (o[d] - region.begin[d]) * dims[d].step over the dimensions d with input_dim i; an input dimension
// is named by at most one of them. All coordinates must be inside the input.
class RearrangeTask : public VectorTask {
 public:
  std::vector<RearrangeDim> dims;  // one a dimension of the output
  Dims origin;                     // one a dimension of the input
  isa::LaneType element_type = isa::LaneType::kInt8;

  LeastWork least_work(const isa::Machine& machine) const override;

 protected:
  Box input_box(size_t input, const Box& tile) const override;
  Dims input_extent(size_t input, const Dims& tile) const override;
  void emit_tile(const Tile& tile, Emitter& emitter) const override;

 private:
  // The input coordinates of the first element of a box of the output.
  Dims first_read(const Box& tile) const;
};

}  // namespace atl::compiler

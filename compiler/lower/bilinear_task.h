// RESIZE_BILINEAR in fixed point: every axis blends two neighbours with weights in 1/1024; one rounding, half away from
// zero, at the end.
#pragma once

#include <optional>

#include "compiler/tasks/vector_task.h"

namespace atl::compiler {

// Between which two inputs an output lies, and the weight of the second; 0 where they are the same.
struct Blend {
  int64_t low = 0, high = 0;
  int64_t weight = 0;  // 0 .. 1024
};

// Of an axis. The place of output i is i scale with 10 bits behind the point, scale = round((I << 10) / O), with
// aligned corners round(((I - 1) << 10) / (O - 1)); for half pixel centers + scale / 2 - 512. Low and high never
// decrease.
std::vector<Blend> blends(int64_t input, int64_t output, bool align_corners, bool half_pixel_centers);

// As the reference has them for uint8, in float32: scale = I / O, with aligned corners (I - 1) / (O - 1); the place of
// output i is i scale, for half pixel centers (i + 1/2) scale - 1/2. Nothing unless all weights are multiples of 1/128:
// only then no sum of the reference is rounded before the last one, so that fixed point gives the same.
std::optional<std::vector<Blend>> exact_float_blends(int32_t input, int32_t output, bool align_corners,
                                                     bool half_pixel_centers);

// Operands are [N, H, W, C] of 8 bits. A tile first blends rows into int32 temporaries, then columns of these.
class BilinearTask : public VectorTask {
 public:
  BilinearTask(Operand input, Operand output, isa::LaneType type, std::vector<Blend> rows, std::vector<Blend> columns);

  LeastWork least_work(const isa::Machine& machine) const override;

 protected:
  Box input_box(size_t input, const Box& tile) const override;
  Dims input_extent(size_t input, const Dims& tile) const override;
  int64_t temporary_bytes(const Dims& tile) const override;
  void emit_tile(const Tile& tile, Emitter& emitter) const override;

 private:
  isa::LaneType type_;
  std::vector<Blend> rows_, columns_;
};

}  // namespace atl::compiler

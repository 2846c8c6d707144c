// Emits the loops of one convolution by a plan.
#pragma once

#include "compiler/tasks/conv_task.h"

namespace atl::compiler {

class ConvEmitter {
 public:
  ConvEmitter(const ConvTask& task, const ConvPlan& plan, const ConvStaging& staging, const Surroundings& surroundings,
              Emitter& emitter);
  void run();

 private:
  // A tile of the output's pixels, of one image of the batch.
  struct PixelTile {
    int64_t image, y, x, height, width;
  };
  // Consecutive column tiles.
  struct Chunk {
    size_t first, last;  // inclusive
    int64_t constants_offset, constants_bytes;
  };

  template <typename Visit>
  void for_each_pixel_tile(Visit&& visit) const;
  template <typename Visit>
  void for_each_chunk(Visit&& visit) const;
  void emit_chunk(const PixelTile& pixels, const Chunk& chunk);
  void emit_columns(const PixelTile& pixels, const ColumnTile& columns, int64_t constants_offset, const Placed& output);
  void emit_requantize(const PixelTile& pixels, const ColumnTile& columns, uint32_t accumulator, uint32_t parameters,
                       const Placed& output);
  void emit_matmul(const PixelTile& pixels, const ColumnTile& columns, Range channels, uint32_t weights,
                   uint32_t accumulator, bool accumulate);
  Box input_box(const PixelTile& pixels, Range channels) const;
  uint32_t load_constants(int64_t offset, int64_t bytes, const std::vector<uint32_t>& buffers, size_t& turn);
  int64_t constants_of(const ColumnTile& columns) const;

  const ConvTask& task_;
  const ConvGeometry& g_;
  const ConvPlan plan_;
  const Surroundings& surroundings_;
  Emitter& emitter_;
  StagingArea area_;
  std::vector<uint32_t> weight_buffers_, parameter_buffers_;
  size_t weight_turn_ = 0, parameter_turn_ = 0;
  int64_t resident_offset_ = -1;   // of the chunk whose constants are in SRAM ...
  uint32_t resident_address_ = 0;  // ... and where
  Placed input_placed_;            // the input box that emit_matmul() reads
  std::optional<StagedOperand> input_, output_;
};

}  // namespace atl::compiler

// Tap by tap: the weights of a tap are widened to int16 once; for each output pixel its activations are gathered and
// multiplied with them. The gathering is matmul's, for one tap at a time.
#include "simulator/core/depthwise.h"

#include <algorithm>
#include <vector>

#include "simulator/core/activation_gather.h"
#include "simulator/core/matmul_kernels.h"

namespace atl::simulator {
namespace {

// A matmul that walks the input alike.
isa::Matmul same_walk(const isa::Depthwise& op, uint32_t channels) {
  isa::Matmul m;
  m.sram = op.sram;
  m.row_stride = op.row_stride;
  m.pixel_stride = op.pixel_stride;
  m.input_height = op.input_height;
  m.input_width = op.input_width;
  m.origin_y = op.origin_y;
  m.origin_x = op.origin_x;
  m.stride_y = op.stride_y;
  m.stride_x = op.stride_x;
  m.dilation_y = op.dilation_y;
  m.dilation_x = op.dilation_x;
  m.kernel_height = op.kernel_height;
  m.kernel_width = op.kernel_width;
  m.channels = channels;
  m.is_unsigned = op.is_unsigned;
  m.zero_point = op.zero_point;
  m.is_16bit = op.is_16bit;
  return m;
}

std::vector<int16_t> tap_weights(const TileState& tile, const isa::Depthwise& op, uint64_t tap) {
  const uint8_t* bytes = tile.sram.at(op.weights + tap * op.columns, op.columns);
  std::vector<int16_t> weights(op.columns);
  if (op.weights_unsigned) {
    widen_unsigned(bytes, op.weights_zero_point, op.columns, weights.data());
  } else {
    widen_signed(reinterpret_cast<const int8_t*>(bytes), op.weights_zero_point, op.columns, weights.data());
  }
  return weights;
}

}  // namespace

void depthwise(TileState& tile, uint32_t array_columns, const isa::Depthwise& op, Extent extent) {
  const uint32_t channels = (uint32_t{op.columns} + op.depth_multiplier - 1) / op.depth_multiplier;
  const isa::Matmul walk = same_walk(op, channels);
  std::vector<int16_t> activations(channels);
  const uint64_t taps = uint64_t{op.kernel_height} * op.kernel_width;
  const uint32_t rows = op.is_16bit ? 2 : 1;  // of accumulators, a pixel
  for (uint64_t tap = 0; tap < taps && extent.pixels() > 0; ++tap) {
    const std::vector<int16_t> weights = tap_weights(tile, op, tap);
    const ActivationGather gather(tile.sram, walk, tap * channels, channels);
    for (uint32_t oy = 0; oy < extent.height; ++oy) {
      int32_t* row = accumulator_rows(tile, array_columns, op.accumulator + uint64_t{oy} * op.width * rows,
                                      uint64_t{extent.width} * rows);
      for (uint32_t ox = 0; ox < extent.width; ++ox, row += uint64_t{rows} * array_columns) {
        gather.pixel(oy, ox, activations.data());
        for (uint32_t i = 0; tap == 0 && i < rows; ++i) std::fill_n(row + uint64_t{i} * array_columns, op.columns, 0);
        if (op.depth_multiplier == 1) {
          add_elementwise(activations.data(), weights.data(), op.columns, row);
        } else {
          add_repeated(activations.data(), weights.data(), op.columns, op.depth_multiplier, row);
        }
      }
    }
  }
}

}  // namespace atl::simulator

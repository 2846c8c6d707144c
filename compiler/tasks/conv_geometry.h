// The shape of a convolution, and its columns: which output channels share the array.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/tasks/dims.h"
#include "isa/instruction.h"
#include "isa/machine.h"

namespace atl::compiler {

// N H W C throughout. A matrix product of [T, K] by [N, K] is a 1 x 1 convolution of height T and width 1.
struct ConvGeometry {
  int64_t batch = 1;
  int64_t input_height = 1, input_width = 1, input_channels = 1;
  int64_t output_height = 1, output_width = 1, output_channels = 1;
  int64_t kernel_height = 1, kernel_width = 1;
  int64_t stride_y = 1, stride_x = 1, dilation_y = 1, dilation_x = 1;
  int64_t pad_top = 0, pad_left = 0;
  int64_t groups = 1;      // dense: channels are split evenly over them
  bool depthwise = false;  // output channel oc = input channel * multiplier + m
  bool input_unsigned = false, weights_unsigned = false;
  bool is_16bit = false;  // activations are int16; the weights are bytes as ever
  int32_t input_zero_point = 0, weights_zero_point = 0;

  int64_t depth_multiplier() const { return output_channels / input_channels; }
  int64_t taps() const { return kernel_height * kernel_width; }
  int64_t pixels() const { return batch * output_height * output_width; }
  // Bytes of an activation, which are the passes of a pixel through the array and the accumulator rows it takes.
  int64_t element_bytes() const { return is_16bit ? 2 : 1; }
  int64_t parameter_bytes() const { return is_16bit ? 16 : 12; }  // of one output channel
  // Input channels that one output channel sums over.
  int64_t group_channels() const { return depthwise ? 1 : input_channels / groups; }
};

// What the output stage does.
struct Requantization {
  isa::RequantizeMode mode = isa::RequantizeMode::kFixed;  // a pair mode just for 16-bit activations
  int32_t zero_point = 0, minimum = -128, maximum = 127;
};

// Output channels that are computed together, one a column of the array.
struct ColumnTile {
  int64_t first_output = 0, columns = 0;
  int64_t first_input = 0, input_channels = 0;  // that they read
  int64_t depth_multiplier = 1;                 // diagonal only: columns a row
};
std::vector<ColumnTile> column_tiles(const ConvGeometry& geometry, const isa::Machine& machine);

// Rows of an input that the output rows [first, first + count) read, clipped to the input.
struct Range {
  int64_t begin, extent;
};
Range input_range(int64_t first, int64_t count, int64_t stride, int64_t dilation, int64_t kernel, int64_t padding,
                  int64_t input_extent);

}  // namespace atl::compiler

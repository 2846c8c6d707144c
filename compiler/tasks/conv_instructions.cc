// The three array instructions of a column tile: load_weights, matmul, requantize.
#include <algorithm>

#include "compiler/tasks/conv_emitter.h"

namespace atl::compiler {
namespace {

template <typename To, typename From>
To narrow(From value) {
  const To result = static_cast<To>(value);
  ATOLL_CHECK(static_cast<From>(result) == value, "{} does not fit its field", value);
  return result;
}

// The lanes sum 16-bit activations times int8 weights in 32 bits: exact for up to 511 taps.
bool fits_lanes(const ConvGeometry& g) { return g.depthwise && (!g.is_16bit || g.taps() <= 511); }

// What a diagonal load_weights and its matmul do, as an instruction of the vector unit.
isa::Depthwise on_lanes(const isa::Matmul& m, const isa::LoadWeights& load) {
  isa::Depthwise d;
  d.sram = m.sram;
  d.row_stride = m.row_stride;
  d.pixel_stride = m.pixel_stride;
  d.input_height = m.input_height;
  d.input_width = m.input_width;
  d.origin_y = m.origin_y;
  d.origin_x = m.origin_x;
  d.stride_y = m.stride_y;
  d.stride_x = m.stride_x;
  d.dilation_y = m.dilation_y;
  d.dilation_x = m.dilation_x;
  d.kernel_height = m.kernel_height;
  d.kernel_width = m.kernel_width;
  d.columns = m.columns;
  d.depth_multiplier = load.depth_multiplier;
  d.weights = load.sram;
  d.height = m.height;
  d.width = m.width;
  d.accumulator = m.accumulator;
  d.is_unsigned = m.is_unsigned;
  d.zero_point = m.zero_point;
  d.is_16bit = m.is_16bit;
  d.weights_unsigned = load.is_unsigned;
  d.weights_zero_point = load.zero_point;
  return d;
}

}  // namespace

void ConvEmitter::emit_matmul(const PixelTile& pixels, const ColumnTile& columns, Range channels, uint32_t weights,
                              uint32_t accumulator, bool accumulate) {
  const int64_t depth = g_.taps() * channels.extent;
  const int64_t rows = g_.depthwise ? channels.extent : std::min<int64_t>(depth, surroundings_.machine->rows);
  const int64_t tiles = (depth + rows - 1) / rows;

  isa::LoadWeights load;
  load.sram = weights;
  load.tile_stride = narrow<uint32_t>(g_.depthwise ? columns.columns : rows * columns.columns);
  load.tiles = narrow<uint16_t>(tiles);
  load.rows = narrow<uint16_t>(rows);
  load.last_rows = narrow<uint16_t>(depth - (tiles - 1) * rows);
  load.columns = narrow<uint16_t>(columns.columns);
  load.diagonal = g_.depthwise;
  load.is_unsigned = g_.weights_unsigned;
  load.zero_point = narrow<int16_t>(g_.weights_zero_point);
  load.depth_multiplier = narrow<uint16_t>(columns.depth_multiplier);
  emitter_.emit(load);

  const Placed& input = input_placed_;
  const Box box = input_box(pixels, channels);
  const bool staged = !surroundings_.home(task_.inputs[0].storage).in_sram;
  isa::Matmul m;
  Dims first{pixels.image, staged ? box.begin[1] : 0, staged ? box.begin[2] : 0, channels.begin};
  m.sram = input.at(first);
  m.row_stride = narrow<uint32_t>(input.strides[1]);
  m.pixel_stride = narrow<uint32_t>(input.strides[2]);
  m.input_height = narrow<uint16_t>(staged ? box.extent[1] : g_.input_height);
  m.input_width = narrow<uint16_t>(staged ? box.extent[2] : g_.input_width);
  m.origin_y = narrow<int32_t>(pixels.y * g_.stride_y - g_.pad_top - first[1]);
  m.origin_x = narrow<int32_t>(pixels.x * g_.stride_x - g_.pad_left - first[2]);
  m.stride_y = narrow<uint16_t>(g_.stride_y);
  m.stride_x = narrow<uint16_t>(g_.stride_x);
  m.dilation_y = narrow<uint16_t>(g_.dilation_y);
  m.dilation_x = narrow<uint16_t>(g_.dilation_x);
  m.kernel_height = narrow<uint16_t>(g_.kernel_height);
  m.kernel_width = narrow<uint16_t>(g_.kernel_width);
  m.channels = narrow<uint32_t>(channels.extent);
  m.rows = load.rows;
  m.columns = load.columns;
  m.height = narrow<uint16_t>(pixels.height);
  m.width = narrow<uint16_t>(pixels.width);
  m.accumulator = accumulator;
  m.accumulate = accumulate;
  m.is_unsigned = g_.input_unsigned;
  m.zero_point = narrow<int16_t>(g_.input_zero_point);
  m.is_16bit = g_.is_16bit;
  emitter_.emit(m);
  if (fits_lanes(g_)) emitter_.code().back().on_vector = on_lanes(m, load);
}

void ConvEmitter::emit_requantize(const PixelTile& pixels, const ColumnTile& columns, uint32_t accumulator,
                                  uint32_t parameters, const Placed& output) {
  const Requantization& requantization = task_.requantization_;
  isa::Requantize r;
  r.accumulator = accumulator;
  r.columns = narrow<uint16_t>(columns.columns);
  r.height = narrow<uint16_t>(pixels.height);
  r.width = narrow<uint16_t>(pixels.width);
  r.sram = output.at(Dims{pixels.image, pixels.y, pixels.x, columns.first_output});
  r.row_stride = narrow<uint32_t>(output.strides[1]);
  r.pixel_stride = narrow<uint32_t>(output.strides[2]);
  r.parameters = parameters;
  r.mode = static_cast<uint8_t>(requantization.mode);
  r.zero_point = narrow<int16_t>(requantization.zero_point);
  r.minimum = narrow<int16_t>(requantization.minimum);
  r.maximum = narrow<int16_t>(requantization.maximum);
  emitter_.emit(r, output_->written_home());
}

}  // namespace atl::compiler

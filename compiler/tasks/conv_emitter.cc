#include "compiler/tasks/conv_emitter.h"

#include <algorithm>

namespace atl::compiler {
namespace {
std::vector<uint32_t> take_buffers(StagingArea& area, int64_t bytes, int count) {
  std::vector<uint32_t> buffers;
  for (int i = 0; i < count && bytes > 0; ++i) buffers.push_back(area.take(bytes));
  return buffers;
}
}  // namespace

ConvEmitter::ConvEmitter(const ConvTask& task, const ConvPlan& plan, const ConvStaging& staging,
                         const Surroundings& surroundings, Emitter& emitter)
    : task_(task),
      g_(task.geometry_),
      plan_(plan),
      surroundings_(surroundings),
      emitter_(emitter),
      area_(surroundings.staging_address, surroundings.staging_bytes) {
  const ConvBuffers bytes = conv_buffers(g_, task.columns_, staging, plan);
  weight_buffers_ = take_buffers(area_, bytes.weights, bytes.weight_buffers);
  parameter_buffers_ = take_buffers(area_, bytes.parameters, plan.buffers);
  input_.emplace(surroundings, task.inputs[0], area_, bytes.input, plan.buffers);
  output_.emplace(surroundings, task.output, area_, bytes.output, plan.buffers);
}

template <typename Visit>
void ConvEmitter::for_each_pixel_tile(Visit&& visit) const {
  for (int64_t image = 0; image < g_.batch; ++image) {
    for (int64_t y = 0; y < g_.output_height; y += plan_.tile_height) {
      for (int64_t x = 0; x < g_.output_width; x += plan_.tile_width) {
        visit(PixelTile{image, y, x, std::min(plan_.tile_height, g_.output_height - y),
                        std::min(plan_.tile_width, g_.output_width - x)});
      }
    }
  }
}

template <typename Visit>
void ConvEmitter::for_each_chunk(Visit&& visit) const {
  int64_t offset = 0;
  const size_t step = static_cast<size_t>(plan_.columns_per_chunk);
  for (size_t first = 0; first < task_.columns_.size(); first += step) {
    Chunk chunk{first, std::min(first + step, task_.columns_.size()) - 1, offset, 0};
    for (size_t t = chunk.first; t <= chunk.last; ++t) chunk.constants_bytes += constants_of(task_.columns_[t]);
    offset += chunk.constants_bytes;
    visit(chunk);
  }
}

void ConvEmitter::run() {
  if (plan_.weights_outer) {
    for_each_chunk(
        [&](const Chunk& chunk) { for_each_pixel_tile([&](const PixelTile& pixels) { emit_chunk(pixels, chunk); }); });
  } else {
    for_each_pixel_tile(
        [&](const PixelTile& pixels) { for_each_chunk([&](const Chunk& chunk) { emit_chunk(pixels, chunk); }); });
  }
}

int64_t ConvEmitter::constants_of(const ColumnTile& columns) const {
  const int64_t depth = g_.depthwise ? 1 : columns.input_channels;
  return columns.columns * (g_.parameter_bytes() + g_.taps() * depth);
}

// Where `bytes` constants from `offset` on are in SRAM, after loading them into the next buffer if they are not cached.
uint32_t ConvEmitter::load_constants(int64_t offset, int64_t bytes, const std::vector<uint32_t>& buffers,
                                     size_t& turn) {
  if (surroundings_.constants_cached) return static_cast<uint32_t>(surroundings_.constants_address + offset);
  const uint32_t buffer = buffers[turn++ % buffers.size()];
  emitter_.load({surroundings_.constants_address + offset, buffer, Dims{bytes}, Dims{1}, Dims{1}, 1});
  return buffer;
}

Box ConvEmitter::input_box(const PixelTile& pixels, Range channels) const {
  const Range rows =
      input_range(pixels.y, pixels.height, g_.stride_y, g_.dilation_y, g_.kernel_height, g_.pad_top, g_.input_height);
  const Range columns =
      input_range(pixels.x, pixels.width, g_.stride_x, g_.dilation_x, g_.kernel_width, g_.pad_left, g_.input_width);
  return {Dims{pixels.image, rows.begin, columns.begin, channels.begin},
          Dims{1, rows.extent, columns.extent, channels.extent}};
}

void ConvEmitter::emit_chunk(const PixelTile& pixels, const Chunk& chunk) {
  if (plan_.slices == 1 && resident_offset_ != chunk.constants_offset) {
    resident_address_ = load_constants(chunk.constants_offset, chunk.constants_bytes, weight_buffers_, weight_turn_);
    resident_offset_ = chunk.constants_offset;
  }
  const ColumnTile &first = task_.columns_[chunk.first], &last = task_.columns_[chunk.last];
  if (plan_.slices == 1) {
    Range channels{0, g_.input_channels};
    if (plan_.weights_outer) {
      channels = {first.first_input, last.first_input + last.input_channels - first.first_input};
    }
    input_placed_ = input_->load(input_box(pixels, channels), emitter_);
  }
  const Box result{Dims{pixels.image, pixels.y, pixels.x, first.first_output},
                   Dims{1, pixels.height, pixels.width, last.first_output + last.columns - first.first_output}};
  const Placed output = output_->reserve(result);
  int64_t offset = chunk.constants_offset;
  for (size_t t = chunk.first; t <= chunk.last; ++t) {
    emit_columns(pixels, task_.columns_[t], offset, output);
    offset += constants_of(task_.columns_[t]);
  }
  output_->store(result, emitter_);
}

void ConvEmitter::emit_columns(const PixelTile& pixels, const ColumnTile& columns, int64_t constants_offset,
                               const Placed& output) {
  const uint32_t accumulator = emitter_.new_accumulators(pixels.height * pixels.width * g_.element_bytes());
  const int64_t parameter_bytes = columns.columns * g_.parameter_bytes();
  if (plan_.slices == 1) {
    const auto parameters = static_cast<uint32_t>(resident_address_ + constants_offset - resident_offset_);
    emit_matmul(pixels, columns, {columns.first_input, columns.input_channels},
                static_cast<uint32_t>(parameters + parameter_bytes), accumulator, false);
    emit_requantize(pixels, columns, accumulator, parameters, output);
    return;
  }
  const uint32_t parameters = load_constants(constants_offset, parameter_bytes, parameter_buffers_, parameter_turn_);
  int64_t offset = constants_offset + parameter_bytes;
  for (int64_t s = 0; s < plan_.slices; ++s) {
    const Range slice = slice_range(columns, plan_.slices, s);
    if (slice.extent <= 0) break;
    const int64_t bytes = g_.taps() * slice.extent * columns.columns;
    input_placed_ = input_->load(input_box(pixels, slice), emitter_);
    const uint32_t weights = load_constants(offset, bytes, weight_buffers_, weight_turn_);
    emit_matmul(pixels, columns, slice, weights, accumulator, s > 0);
    offset += bytes;
  }
  emit_requantize(pixels, columns, accumulator, parameters, output);
}

}  // namespace atl::compiler

#include "compiler/tasks/conv_task.h"

#include <algorithm>

#include "compiler/tasks/conv_emitter.h"

// Constants, for each column tile in order: its parameters (parameter_bytes() a column), then its weights, slice by
// slice. Weights of a slice are the array's tiles one after the other: dense, row k = (ky, kx, c) of the slice's
// channels, `columns` bytes a row; diagonal, `columns` bytes a tap.
namespace atl::compiler {
namespace {
// Stripes are not made smaller for weight tiles of fewer rows: an instruction has costs of its own.
constexpr int32_t kLeastRows = 32;
}  // namespace

ConvTask::ConvTask(ConvGeometry geometry, Requantization requantization, std::vector<uint8_t> weights,
                   std::vector<uint8_t> parameters, const isa::Machine& machine)
    : geometry_(geometry),
      requantization_(requantization),
      weights_(std::move(weights)),
      parameters_(std::move(parameters)),
      columns_(column_tiles(geometry, machine)) {
  ATOLL_CHECK(static_cast<int64_t>(parameters_.size()) == geometry_.output_channels * geometry_.parameter_bytes());
  ATOLL_CHECK(static_cast<int64_t>(weights_.size()) ==
              geometry_.output_channels * geometry_.taps() * geometry_.group_channels());
}

int64_t ConvTask::constant_bytes() const { return static_cast<int64_t>(weights_.size() + parameters_.size()); }

ConvStaging ConvTask::staging(const Surroundings& surroundings) const {
  // A weight tile takes as long to load as it has rows.
  const int64_t depth =
      geometry_.depthwise ? columns_.front().input_channels : geometry_.taps() * geometry_.group_channels();
  const int64_t rows =
      std::clamp<int64_t>(depth, std::min(kLeastRows, surroundings.machine->rows), surroundings.machine->rows);
  ConvStaging staging;
  staging.input = !surroundings.home(inputs[0].storage).in_sram;
  staging.output = !surroundings.home(output.storage).in_sram;
  staging.weights = !surroundings.constants_cached;
  staging.bytes = surroundings.staging_bytes;
  staging.stripes = surroundings.stripes.of_convolution;
  staging.least_pixels =
      (surroundings.stripes.least_pixels * rows + geometry_.element_bytes() - 1) / geometry_.element_bytes();
  return staging;
}

ConvPlan ConvTask::plan(const Surroundings& surroundings) const {
  return choose_conv_plan(geometry_, columns_, staging(surroundings), *surroundings.machine);
}

int64_t ConvTask::least_staging_bytes(const Surroundings& surroundings) const {
  const ConvPlan least = least_conv_plan(geometry_, columns_);
  return conv_buffers(geometry_, columns_, staging(surroundings), least).total(least.buffers);
}

int64_t ConvTask::constant_traffic_bytes(const Surroundings& surroundings) const {
  if (surroundings.constants_cached) return 0;
  const ConvPlan p = plan(surroundings);
  const int64_t chunks = (static_cast<int64_t>(columns_.size()) + p.columns_per_chunk - 1) / p.columns_per_chunk;
  if (p.slices == 1 && (p.weights_outer || chunks == 1)) return constant_bytes();
  const auto tiles = [](int64_t extent, int64_t tile) { return (extent + tile - 1) / tile; };
  return constant_bytes() * geometry_.batch * tiles(geometry_.output_height, p.tile_height) *
         tiles(geometry_.output_width, p.tile_width);
}

std::vector<uint8_t> ConvTask::pack_constants(const Surroundings& surroundings) const {
  const int64_t slices = plan(surroundings).slices;
  std::vector<uint8_t> packed;
  packed.reserve(static_cast<size_t>(constant_bytes()));
  for (const ColumnTile& tile : columns_) {
    const auto parameters = parameters_.begin() + tile.first_output * geometry_.parameter_bytes();
    packed.insert(packed.end(), parameters, parameters + tile.columns * geometry_.parameter_bytes());
    const int64_t taps = geometry_.taps(), channels = geometry_.group_channels();
    if (geometry_.depthwise) {
      for (int64_t tap = 0; tap < taps; ++tap) {
        const auto row = weights_.begin() + tap * geometry_.output_channels + tile.first_output;
        packed.insert(packed.end(), row, row + tile.columns);
      }
      continue;
    }
    for (int64_t s = 0; s < slices; ++s) {
      const Range slice = slice_range(tile, slices, s);
      for (int64_t tap = 0; tap < taps; ++tap) {
        for (int64_t c = slice.begin; c < slice.begin + slice.extent; ++c) {
          for (int64_t j = 0; j < tile.columns; ++j) {
            packed.push_back(weights_[((tile.first_output + j) * taps + tap) * channels + (c - tile.first_input)]);
          }
        }
      }
    }
  }
  return packed;
}

void ConvTask::emit(const Surroundings& surroundings, Emitter& emitter) const {
  emitter.set_op(debug_op);
  ConvEmitter(*this, plan(surroundings), staging(surroundings), surroundings, emitter).run();
}

LeastWork ConvTask::least_work(const isa::Machine& machine) const {
  const auto ceil_div = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
  const int64_t pixels = geometry_.pixels(), passes = pixels * geometry_.element_bytes();
  if (!geometry_.depthwise) {
    const int64_t depth = geometry_.taps() * geometry_.group_channels();
    const int64_t columns = geometry_.groups * ceil_div(geometry_.output_channels / geometry_.groups, machine.columns);
    return {ceil_div(depth, machine.rows) * columns * std::max<int64_t>(passes, std::min<int64_t>(depth, machine.rows)),
            0, 0, 0};
  }
  // One tap a pass on the array's diagonal, or a multiply-add a lane.
  const int64_t steps = ceil_div(pixels * geometry_.output_channels, machine.lanes);
  return {0, 0, static_cast<int64_t>(columns_.size()) * geometry_.taps() * passes, geometry_.taps() * steps};
}

}  // namespace atl::compiler

#include "compiler/tasks/conv_plan.h"

#include <algorithm>
#include <optional>

namespace atl::compiler {
namespace {

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t column_tile_weights(const ConvGeometry& g, const ColumnTile& tile) {
  return g.taps() * tile.columns * (g.depthwise ? 1 : tile.input_channels);
}

// The largest input extent that `count` outputs read.
int64_t input_extent(int64_t count, int64_t stride, int64_t dilation, int64_t kernel, int64_t limit) {
  return std::min(limit, (count - 1) * stride + (kernel - 1) * dilation + 1);
}

struct Chunks {
  int64_t count = 0;
  int64_t largest_constants = 0, largest_outputs = 0, largest_inputs = 0;
};

Chunks chunks_of(const ConvGeometry& g, const std::vector<ColumnTile>& columns, int64_t per_chunk) {
  Chunks chunks;
  const auto total = static_cast<int64_t>(columns.size());
  for (int64_t first = 0; first < total; first += per_chunk) {
    const int64_t last = std::min(total, first + per_chunk) - 1;
    int64_t constants = 0;
    for (int64_t t = first; t <= last; ++t) {
      constants += column_tile_weights(g, columns[t]) + columns[t].columns * g.parameter_bytes();
    }
    const auto &a = columns[first], &z = columns[last];
    chunks.count += 1;
    chunks.largest_constants = std::max(chunks.largest_constants, constants);
    chunks.largest_outputs = std::max(chunks.largest_outputs, z.first_output + z.columns - a.first_output);
    chunks.largest_inputs = std::max(chunks.largest_inputs, z.first_input + z.input_channels - a.first_input);
  }
  return chunks;
}

// Everything about a problem that the search over plans asks for again and again.
class PlanSearch {
 public:
  PlanSearch(const ConvGeometry& g, const std::vector<ColumnTile>& columns, const ConvStaging& staging,
             const isa::Machine& machine)
      : g_(g), columns_(columns), staging_(staging), machine_(machine) {
    for (const ColumnTile& tile : columns) {
      total_constants_ += column_tile_weights(g, tile) + tile.columns * g.parameter_bytes();
      const int64_t depth = g.depthwise ? g.taps() * machine.rows : g.taps() * tile.input_channels;
      contraction_tiles_ += ceil_div(depth, machine.rows);
    }
  }

  ConvPlan best() {
    const bool staged = staging_.input || staging_.output || staging_.weights;
    for (int64_t slices = 1; !best_; slices = std::min(slices * 2, deepest())) {
      try_tiles(slices, staged);
      if (slices >= deepest()) break;
    }
    ATOLL_CHECK(best_, "no plan fits {} staging bytes", staging_.bytes);
    return *best_;
  }

 private:
  int64_t deepest() const {
    return g_.depthwise || !(staging_.input || staging_.weights) ? 1 : columns_.front().input_channels;
  }

  // Of a tile. Four tiles must find room in the accumulators, so that array and vector unit can fill some while others
  // are drained; and a layer is cut into stripes, so that the next one can begin while this one goes on, but not into
  // such that a tile's weights take longer to load than to use.
  int64_t most_pixels() const {
    const int64_t quarter = std::max<int64_t>(1, machine_.accumulator_rows / (4 * g_.element_bytes()));
    const int64_t stripe = ceil_div(g_.output_height * g_.output_width, staging_.stripes);
    return std::min(quarter, std::max<int64_t>(staging_.least_pixels, stripe));
  }

  void try_tiles(int64_t slices, bool staged) {
    const int64_t most = most_pixels();
    for (int64_t parts_x = ceil_div(g_.output_width, most);; parts_x *= 2) {
      const int64_t width = ceil_div(g_.output_width, std::min(parts_x, g_.output_width));
      for (int64_t parts_y = ceil_div(g_.output_height, std::max<int64_t>(1, most / width));; parts_y *= 2) {
        const int64_t height = ceil_div(g_.output_height, std::min(parts_y, g_.output_height));
        try_chunks({height, width, 1, slices, false, 2}, staged);
        if (!staged || height == 1) break;
      }
      if (!staged || width == 1) break;
    }
  }

  void try_chunks(ConvPlan plan, bool staged) {
    const auto total = static_cast<int64_t>(columns_.size());
    for (int64_t parts = 1;; parts = std::min(parts * 2, total)) {
      plan.columns_per_chunk = plan.slices > 1 ? 1 : ceil_div(total, parts);
      for (const bool weights_outer : {false, true}) {
        plan.weights_outer = weights_outer;
        for (const int buffers : {2, 1}) {
          plan.buffers = buffers;
          consider(plan);
        }
      }
      if (!staged || plan.columns_per_chunk == 1) break;
    }
  }

  void consider(const ConvPlan& plan) {
    if (conv_buffers(g_, columns_, staging_, plan).total(plan.buffers) > staging_.bytes) return;
    const double cycles = estimate(plan);
    if (best_ && cycles >= best_cycles_) return;
    best_ = plan;
    best_cycles_ = cycles;
  }

  // Array, output stage and DMA each take their time; with two buffers they overlap, with one they alternate.
  double estimate(const ConvPlan& plan) const {
    const int64_t tiles =
        g_.batch * ceil_div(g_.output_height, plan.tile_height) * ceil_div(g_.output_width, plan.tile_width);
    const int64_t pixels = plan.tile_height * plan.tile_width;
    const auto column_tiles = static_cast<int64_t>(columns_.size());
    const double array = double(tiles) * double(contraction_tiles_ + column_tiles * (plan.slices - 1)) *
                         double(std::max<int64_t>(pixels * g_.element_bytes(), machine_.rows + 2));
    const double output = double(tiles) * double(column_tiles) * double(pixels * g_.element_bytes() + 14);
    const Chunks chunks = chunks_of(g_, columns_, plan.columns_per_chunk);
    double moved = 0, first = 0;
    if (staging_.weights) {
      const bool once = plan.slices == 1 && (plan.weights_outer || chunks.count == 1);
      moved += double(total_constants_) * (once ? 1 : double(tiles));
      first += double(chunks.largest_constants);
    }
    if (staging_.input) {
      const double box = input_box_elements(plan) * double(g_.element_bytes());
      double loads = plan.slices > 1 ? double(column_tiles) : 1;
      if (plan.weights_outer && plan.slices == 1 && tiles > 1 && !g_.depthwise) loads = double(chunks.count);
      moved += double(tiles) * box * double(g_.input_channels) * loads;
      first += box * double(g_.input_channels);
    }
    if (staging_.output) moved += double(tiles * pixels * g_.output_channels * g_.element_bytes());
    const double bandwidth = std::max(1, machine_.offchip_bytes_per_cycle);
    const double dma = moved / bandwidth + 20.0 * double(tiles);
    const double work = std::max(array, output);
    const double latency = double(machine_.offchip_latency_cycles());
    return plan.buffers == 2 ? std::max(work, dma) + 0.1 * std::min(work, dma) + first / bandwidth + latency
                             : work + dma + latency * double(tiles);
  }

  double input_box_elements(const ConvPlan& plan) const {
    return double(input_extent(plan.tile_height, g_.stride_y, g_.dilation_y, g_.kernel_height, g_.input_height)) *
           double(input_extent(plan.tile_width, g_.stride_x, g_.dilation_x, g_.kernel_width, g_.input_width));
  }

  const ConvGeometry& g_;
  const std::vector<ColumnTile>& columns_;
  const ConvStaging& staging_;
  const isa::Machine& machine_;
  int64_t total_constants_ = 0, contraction_tiles_ = 0;
  std::optional<ConvPlan> best_;
  double best_cycles_ = 0;
};

}  // namespace

Range slice_range(const ColumnTile& tile, int64_t slices, int64_t index) {
  const int64_t extent = ceil_div(tile.input_channels, slices);
  const int64_t begin = std::min(index * extent, tile.input_channels);
  return {tile.first_input + begin, std::min(extent, tile.input_channels - begin)};
}

ConvBuffers conv_buffers(const ConvGeometry& g, const std::vector<ColumnTile>& columns, const ConvStaging& staging,
                         const ConvPlan& plan) {
  const Chunks chunks = chunks_of(g, columns, plan.columns_per_chunk);
  ConvBuffers buffers;
  if (staging.input) {
    int64_t channels = plan.weights_outer ? chunks.largest_inputs : g.input_channels;
    if (plan.slices > 1) channels = slice_range(columns.front(), plan.slices, 0).extent;
    buffers.input = channels * g.element_bytes() *
                    input_extent(plan.tile_height, g.stride_y, g.dilation_y, g.kernel_height, g.input_height) *
                    input_extent(plan.tile_width, g.stride_x, g.dilation_x, g.kernel_width, g.input_width);
  }
  if (staging.output) {
    buffers.output = plan.tile_height * plan.tile_width * chunks.largest_outputs * g.element_bytes();
  }
  if (staging.weights) {
    buffers.weights = chunks.largest_constants;
    buffers.weight_buffers = chunks.count == 1 ? 1 : plan.buffers;
    if (plan.slices > 1) {
      const ColumnTile& widest = *std::max_element(columns.begin(), columns.end(),
                                                   [](const auto& a, const auto& b) { return a.columns < b.columns; });
      buffers.parameters = widest.columns * g.parameter_bytes();
      buffers.weights = g.taps() * widest.columns * slice_range(widest, plan.slices, 0).extent;
      buffers.weight_buffers = plan.buffers;
    }
  }
  return buffers;
}

ConvPlan least_conv_plan(const ConvGeometry& geometry, const std::vector<ColumnTile>& columns) {
  return {1, 1, 1, geometry.depthwise ? 1 : columns.front().input_channels, true, 1};
}

ConvPlan choose_conv_plan(const ConvGeometry& geometry, const std::vector<ColumnTile>& columns,
                          const ConvStaging& staging, const isa::Machine& machine) {
  return PlanSearch(geometry, columns, staging, machine).best();
}

}  // namespace atl::compiler

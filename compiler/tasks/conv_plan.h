// How a convolution is cut to fit: output tiles, chunks of columns, slices of channels, and what is loaded how often.
#pragma once

#include "compiler/tasks/conv_geometry.h"

namespace atl::compiler {

// What has to pass through staging buffers.
struct ConvStaging {
  bool input = false, output = false, weights = false;
  int64_t bytes = 0;         // available
  int64_t stripes = 1;       // of the output that there should be, ...
  int64_t least_pixels = 1;  // ... none of them smaller than this
};

// The loops, outermost first:
//   weights_outer: for each chunk of columns: for each output tile: for each column tile of the chunk: for each slice
//   otherwise:     for each output tile: for each chunk of columns: for each column tile of the chunk: for each slice
// A chunk's constants are loaded together; a slice (when there are several) loads its weights and input channels by
// itself.
struct ConvPlan {
  int64_t tile_height = 1, tile_width = 1;  // of the output; two of them fit the accumulators
  int64_t columns_per_chunk = 1;            // column tiles
  int64_t slices = 1;                       // of the input channels; > 1 only with columns_per_chunk == 1
  bool weights_outer = false;
  int buffers = 1;  // of each staged thing: 2 overlaps loading with work
};

// Bytes of the staging buffers a plan needs.
struct ConvBuffers {
  int64_t input = 0, output = 0, weights = 0, parameters = 0;  // one buffer of each; parameters: only when sliced
  int weight_buffers = 0;                                      // 1 when all constants are loaded once and stay
  int64_t total(int buffers) const { return buffers * (input + output + parameters) + weight_buffers * weights; }
};
ConvBuffers conv_buffers(const ConvGeometry& geometry, const std::vector<ColumnTile>& columns,
                         const ConvStaging& staging, const ConvPlan& plan);

// Channels of slice `index` of a column tile.
Range slice_range(const ColumnTile& tile, int64_t slices, int64_t index);

// The smallest plan there is.
ConvPlan least_conv_plan(const ConvGeometry& geometry, const std::vector<ColumnTile>& columns);
// The plan with the fewest estimated cycles among those that fit. Aborts if least_conv_plan() does not fit.
ConvPlan choose_conv_plan(const ConvGeometry& geometry, const std::vector<ColumnTile>& columns,
                          const ConvStaging& staging, const isa::Machine& machine);

}  // namespace atl::compiler

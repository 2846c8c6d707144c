#include "compiler/tasks/conv_geometry.h"

#include <algorithm>

namespace atl::compiler {
namespace {

// Cuts `count` channels into tiles of `limit`, the last one smaller.
template <typename Add>
void cut(int64_t count, int64_t limit, Add&& add) {
  for (int64_t first = 0; first < count; first += limit) add(first, std::min(limit, count - first));
}

std::vector<ColumnTile> dense_tiles(const ConvGeometry& g, const isa::Machine& machine) {
  std::vector<ColumnTile> tiles;
  const int64_t outputs = g.output_channels / g.groups, inputs = g.input_channels / g.groups;
  for (int64_t group = 0; group < g.groups; ++group) {
    cut(outputs, machine.columns, [&](int64_t first, int64_t columns) {
      tiles.push_back({group * outputs + first, columns, group * inputs, inputs, 1});
    });
  }
  return tiles;
}

// As many whole input channels as rows and columns hold; a channel with more outputs than columns takes several tiles.
std::vector<ColumnTile> diagonal_tiles(const ConvGeometry& g, const isa::Machine& machine) {
  std::vector<ColumnTile> tiles;
  const int64_t multiplier = g.depth_multiplier();
  if (multiplier > machine.columns) {
    for (int64_t channel = 0; channel < g.input_channels; ++channel) {
      cut(multiplier, machine.columns, [&](int64_t first, int64_t columns) {
        tiles.push_back({channel * multiplier + first, columns, channel, 1, columns});
      });
    }
    return tiles;
  }
  const int64_t channels = std::min<int64_t>(machine.rows, machine.columns / multiplier);
  cut(g.input_channels, channels, [&](int64_t first, int64_t count) {
    tiles.push_back({first * multiplier, count * multiplier, first, count, multiplier});
  });
  return tiles;
}

}  // namespace

std::vector<ColumnTile> column_tiles(const ConvGeometry& geometry, const isa::Machine& machine) {
  return geometry.depthwise ? diagonal_tiles(geometry, machine) : dense_tiles(geometry, machine);
}

Range input_range(int64_t first, int64_t count, int64_t stride, int64_t dilation, int64_t kernel, int64_t padding,
                  int64_t input_extent) {
  const int64_t begin = first * stride - padding;
  const int64_t end = (first + count - 1) * stride - padding + (kernel - 1) * dilation + 1;
  // A tile that sees nothing but padding still wants one element, so that its box is not empty.
  const int64_t clipped = std::clamp<int64_t>(begin, 0, input_extent - 1);
  return {clipped, std::max<int64_t>(1, std::min(end, input_extent) - clipped)};
}

}  // namespace atl::compiler

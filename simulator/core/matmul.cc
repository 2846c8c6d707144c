// The array is simulated tile by tile: the weights of a contraction tile are widened to int16 once, column by column;
// for each output pixel its activations are gathered into one int16 row and multiplied with every column.
#include "simulator/core/matmul.h"

#include <algorithm>
#include <cstring>

#include "simulator/core/activation_gather.h"
#include "simulator/core/matmul_kernels.h"
#include "simulator/core/weights.h"

namespace atl::simulator {

namespace {

const uint8_t* weight_bytes(const WeightTile& weights, uint64_t count) {
  ATOLL_CHECK(weights.offset + count <= weights.bytes->size());
  return weights.bytes->data() + weights.offset;
}

int16_t widened(const WeightTile& weights, uint8_t byte) {
  const int value = weights.is_unsigned ? byte : static_cast<int8_t>(byte);
  return static_cast<int16_t>(value - weights.zero_point);
}

// weight[k][j] at [j * row_stride + k], zero for k in [rows, row_stride).
void widen_dense(const WeightTile& weights, uint32_t rows, uint32_t columns, size_t row_stride,
                 std::vector<int16_t>& out) {
  const uint8_t* bytes = weight_bytes(weights, uint64_t{rows} * weights.columns);
  out.assign(columns * row_stride, 0);
  for (uint32_t k = 0; k < rows; ++k) {
    const uint8_t* row = bytes + uint64_t{k} * weights.columns;
    for (uint32_t j = 0; j < columns; ++j) out[j * row_stride + k] = widened(weights, row[j]);
  }
}

void widen_diagonal(const WeightTile& weights, uint32_t columns, std::vector<int16_t>& out) {
  const uint8_t* bytes = weight_bytes(weights, columns);
  out.resize(columns);
  for (uint32_t j = 0; j < columns; ++j) out[j] = widened(weights, bytes[j]);
}

// One weight tile against all pixels. A pixel's activations are zero beyond the tile's rows, up to a multiple of
// kRowMultiple.
class TileProduct {
 public:
  TileProduct(const WeightTile& weights, uint32_t rows, uint32_t columns)
      : rows_(rows), columns_(columns), row_stride_(round_up(rows)), diagonal_(weights.diagonal) {
    if (diagonal_) {
      depth_multiplier_ = weights.depth_multiplier;
      // A column whose row the tile does not have gets nothing.
      columns_ = static_cast<uint32_t>(std::min<uint64_t>(columns, uint64_t{rows} * depth_multiplier_));
      widen_diagonal(weights, columns_, weights_);
    } else {
      widen_dense(weights, rows, columns, row_stride_, weights_);
    }
  }

  size_t row_stride() const { return row_stride_; }

  void add(const int16_t* activations, int32_t* accumulators) const {
    if (!diagonal_) {
      add_dense(activations, weights_.data(), row_stride_, columns_, accumulators);
    } else if (depth_multiplier_ == 1) {
      add_elementwise(activations, weights_.data(), columns_, accumulators);
    } else {
      add_repeated(activations, weights_.data(), columns_, depth_multiplier_, accumulators);
    }
  }

 private:
  static size_t round_up(uint32_t rows) { return (rows + kRowMultiple - 1) / kRowMultiple * kRowMultiple; }

  uint32_t rows_, columns_;
  size_t row_stride_;
  bool diagonal_;
  uint32_t depth_multiplier_ = 1;
  std::vector<int16_t> weights_;
};

// The accumulators of output row oy; of 16-bit activations a pair of rows a pixel.
int32_t* output_row(TileState& tile, uint32_t array_columns, const isa::Matmul& operation, Extent extent, uint32_t oy) {
  const uint32_t passes = operation.is_16bit ? 2 : 1;
  return accumulator_rows(tile, array_columns, operation.accumulator + uint64_t{oy} * operation.width * passes,
                          uint64_t{extent.width} * passes);
}

void clear_accumulators(TileState& tile, uint32_t array_columns, const isa::Matmul& operation, Extent extent) {
  const uint32_t rows = extent.width * (operation.is_16bit ? 2 : 1);
  for (uint32_t oy = 0; oy < extent.height; ++oy) {
    int32_t* row = output_row(tile, array_columns, operation, extent, oy);
    for (uint32_t i = 0; i < rows; ++i) std::fill_n(row + uint64_t{i} * array_columns, operation.columns, 0);
  }
}

// The two passes of a pixel of 16-bit activations, which become their high bytes in place.
void add_passes(const TileProduct& product, std::vector<int16_t>& activations, std::vector<int16_t>& low,
                uint32_t array_columns, int32_t* accumulators) {
  split_bytes(activations.data(), activations.size(), low.data());
  product.add(low.data(), accumulators);
  product.add(activations.data(), accumulators + array_columns);
}

void multiply_tile(TileState& tile, uint32_t array_columns, const isa::Matmul& operation, Extent extent,
                   const WeightTile& weights, uint64_t index) {
  const uint32_t rows = contraction_rows(operation, index);
  ATOLL_CHECK(weights.rows >= rows && weights.columns >= operation.columns);
  const TileProduct product(weights, rows, operation.columns);
  ActivationGather gather(tile.sram, operation, index * operation.rows, rows);
  std::vector<int16_t> activations(product.row_stride(), 0), low(operation.is_16bit ? product.row_stride() : 0);
  for (uint32_t oy = 0; oy < extent.height; ++oy) {
    int32_t* row = output_row(tile, array_columns, operation, extent, oy);
    for (uint32_t ox = 0; ox < extent.width; ++ox) {
      gather.pixel(oy, ox, activations.data());
      if (operation.is_16bit) {
        add_passes(product, activations, low, array_columns, row + uint64_t{ox} * 2 * array_columns);
      } else {
        product.add(activations.data(), row + uint64_t{ox} * array_columns);
      }
    }
  }
}

}  // namespace

void matmul(TileState& tile, uint32_t array_columns, const isa::Matmul& operation, Extent extent) {
  if (!operation.accumulate) clear_accumulators(tile, array_columns, operation, extent);
  const uint64_t tiles = contraction_tiles(operation);
  ATOLL_CHECK(tile.weights.size() >= tiles, "{} weight tiles loaded, {} needed", tile.weights.size(), tiles);
  for (uint64_t i = 0; i < tiles; ++i) {
    if (extent.pixels() > 0) multiply_tile(tile, array_columns, operation, extent, tile.weights.front(), i);
    tile.weights.pop_front();
  }
}

}  // namespace atl::simulator

#include "simulator/core/weights.h"

#include <algorithm>
#include <optional>

namespace atl::simulator {

namespace {

uint32_t tile_rows(const isa::LoadWeights& operation, uint32_t index) {
  return index + 1 == operation.tiles && !operation.diagonal ? operation.last_rows : operation.rows;
}

uint64_t tile_bytes(const isa::LoadWeights& operation, uint32_t index) {
  return operation.diagonal ? operation.columns : uint64_t{tile_rows(operation, index)} * operation.columns;
}

// A load_weights with tiles that no matmul has taken yet.
struct Loaded {
  size_t instruction;
  const isa::LoadWeights* operation;
  uint64_t taken = 0;
};

class WeightTileCheck {
 public:
  void load(size_t instruction, const isa::LoadWeights& operation) { loaded_.push_back({instruction, &operation}); }

  Status take(size_t instruction, const isa::Matmul& operation) {
    const uint64_t tiles = contraction_tiles(operation);
    uint64_t taken = 0;
    while (taken < tiles) {
      if (loaded_.empty()) {
        return make_error(ErrorCode::kInvalid,
                          "instruction #{} matmul takes {} weight tiles, but only {} are loaded before it; add the "
                          "missing load_weights",
                          instruction, tiles, taken);
      }
      Loaded& front = loaded_.front();
      const uint64_t count = std::min(tiles - taken, front.operation->tiles - front.taken);
      ATOLL_TRY(check_shapes(instruction, operation, taken, front, count));
      taken += count;
      front.taken += count;
      if (front.taken == front.operation->tiles) loaded_.pop_front();
    }
    return {};
  }

  Status finish() const {
    if (loaded_.empty()) return {};
    const Loaded& front = loaded_.front();
    return make_error(
        ErrorCode::kInvalid,
        "instruction #{} load_weights: {} of its {} weight tiles are left over at the end; no matmul takes them",
        front.instruction, front.operation->tiles - front.taken, front.operation->tiles);
  }

 private:
  // Of a run of tiles only the first, the last but one and the last can differ in rows, on either side.
  static Status check_shapes(size_t instruction, const isa::Matmul& operation, uint64_t taken, const Loaded& front,
                             uint64_t count) {
    for (const uint64_t i : {uint64_t{0}, count >= 2 ? count - 2 : 0, count - 1}) {
      const auto index = static_cast<uint32_t>(front.taken + i);
      const uint32_t rows = tile_rows(*front.operation, index), needed = contraction_rows(operation, taken + i);
      if (rows >= needed && front.operation->columns >= operation.columns) continue;
      return make_error(ErrorCode::kInvalid,
                        "instruction #{} matmul uses {} x {} weights for its tile {}, but tile {} of instruction #{} "
                        "load_weights has {} x {}",
                        instruction, needed, operation.columns, taken + i, index, front.instruction, rows,
                        front.operation->columns);
    }
    return {};
  }

  std::deque<Loaded> loaded_;
};

}  // namespace

void load_weights(TileState& tile, const isa::LoadWeights& operation) {
  const uint32_t last = operation.tiles - 1u;
  // With a small stride tiles may overlap; the copy spans from the first to the last byte of any.
  const uint64_t last_offset = uint64_t{last} * operation.tile_stride;
  uint64_t span = last_offset + tile_bytes(operation, last);
  if (last > 0) span = std::max(span, last_offset - operation.tile_stride + tile_bytes(operation, last - 1));
  const uint8_t* source = tile.sram.at(operation.sram, span);
  const auto bytes = std::make_shared<const Bytes>(source, source + span);
  for (uint32_t i = 0; i < operation.tiles; ++i) {
    tile.weights.push_back({bytes, uint64_t{i} * operation.tile_stride, tile_rows(operation, i), operation.columns,
                            operation.diagonal, operation.is_unsigned, operation.zero_point,
                            operation.depth_multiplier});
  }
}

uint64_t contraction_tiles(const isa::Matmul& operation) {
  const uint64_t length = uint64_t{operation.kernel_height} * operation.kernel_width * operation.channels;
  return (length + operation.rows - 1) / operation.rows;
}

uint32_t contraction_rows(const isa::Matmul& operation, uint64_t index) {
  const uint64_t length = uint64_t{operation.kernel_height} * operation.kernel_width * operation.channels;
  return static_cast<uint32_t>(std::min<uint64_t>(operation.rows, length - index * operation.rows));
}

Status check_weight_tiles(const isa::Code& code) {
  WeightTileCheck check;
  for (size_t i = 0; i < code.size(); ++i) {
    if (const auto* load = std::get_if<isa::LoadWeights>(&code[i].operation)) check.load(i, *load);
    if (const auto* matmul = std::get_if<isa::Matmul>(&code[i].operation)) ATOLL_TRY(check.take(i, *matmul));
  }
  return check.finish();
}

}  // namespace atl::simulator

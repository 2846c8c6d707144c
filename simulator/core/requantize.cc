// Parameters in SRAM, 12 bytes a column, little-endian: int32 bias, then int32 multiplier and int32 exponent, or a
// float64 factor.
#include "simulator/core/requantize.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/numerics/multiplier.h"
#include "common/numerics/wide.h"

namespace atl::simulator {

namespace {

constexpr uint64_t kParameterBytes = 12;

struct FixedColumn {
  int32_t bias;
  numerics::Multiplier multiplier;

  explicit FixedColumn(const uint8_t* bytes) {
    int32_t exponent = 0;
    std::memcpy(&bias, bytes, sizeof bias);
    std::memcpy(&multiplier.value, bytes + 4, sizeof multiplier.value);
    std::memcpy(&exponent, bytes + 8, sizeof exponent);
    // Shifts by more than 64 do what one by 64 does.
    multiplier.exponent = std::clamp(exponent, -64, 64);
  }
  int32_t scaled(int32_t value) const { return numerics::multiply_by_quantized_multiplier(value, multiplier); }
};

struct WideColumn {
  int32_t bias;
  double factor;

  explicit WideColumn(const uint8_t* bytes) {
    std::memcpy(&bias, bytes, sizeof bias);
    std::memcpy(&factor, bytes + 4, sizeof factor);
  }
  int32_t scaled(int32_t value) const { return numerics::requantize_wide(value, factor); }
};

template <typename Column>
std::vector<Column> read_columns(const Memory& sram, const isa::Requantize& operation) {
  const uint8_t* bytes = sram.at(operation.parameters, operation.columns * kParameterBytes);
  std::vector<Column> columns;
  columns.reserve(operation.columns);
  for (uint32_t j = 0; j < operation.columns; ++j) columns.emplace_back(bytes + j * kParameterBytes);
  return columns;
}

template <typename Column>
void drain_pixel(const int32_t* accumulators, const std::vector<Column>& columns, const isa::Requantize& operation,
                 uint8_t* out) {
  const int64_t zero_point = operation.zero_point, minimum = operation.minimum, maximum = operation.maximum;
  for (size_t j = 0; j < columns.size(); ++j) {
    const auto biased =
        static_cast<int32_t>(static_cast<uint32_t>(accumulators[j]) + static_cast<uint32_t>(columns[j].bias));
    const int64_t value = columns[j].scaled(biased) + zero_point;
    out[j] = static_cast<uint8_t>(std::min(std::max(value, minimum), maximum));
  }
}

template <typename Column>
void drain(TileState& tile, uint32_t array_columns, const isa::Requantize& operation, Extent extent) {
  const std::vector<Column> columns = read_columns<Column>(tile.sram, operation);
  std::array<uint8_t, 256> table{};
  if (operation.use_table) std::memcpy(table.data(), tile.sram.at(operation.table, table.size()), table.size());
  for (uint64_t oy = 0; oy < extent.height; ++oy) {
    const int32_t* row =
        accumulator_rows(tile, array_columns, operation.accumulator + oy * operation.width, extent.width);
    for (uint64_t ox = 0; ox < extent.width; ++ox) {
      const uint64_t address = operation.sram + oy * operation.row_stride + ox * operation.pixel_stride;
      uint8_t* out = tile.sram.at(address, operation.columns);
      drain_pixel(row + ox * array_columns, columns, operation, out);
      if (operation.use_table)
        std::transform(out, out + operation.columns, out, [&](uint8_t value) { return table[value]; });
    }
  }
}

}  // namespace

void requantize(TileState& tile, uint32_t array_columns, const isa::Requantize& operation, Extent extent) {
  switch (static_cast<isa::RequantizeMode>(operation.mode)) {
    case isa::RequantizeMode::kFixed: return drain<FixedColumn>(tile, array_columns, operation, extent);
    case isa::RequantizeMode::kWide: return drain<WideColumn>(tile, array_columns, operation, extent);
  }
  ATOLL_CHECK(false, "requantize mode {}", operation.mode);
}

}  // namespace atl::simulator

// Parameters in SRAM, 12 bytes a column, little-endian: int32 bias, then int32 multiplier and int32 exponent, or a
// float64 factor; 16 bytes with an int64 bias where accumulators come in pairs.
#include "simulator/core/requantize.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/numerics/multiplier.h"
#include "common/numerics/wide.h"

namespace atl::simulator {

namespace {

template <typename T>
T field(const uint8_t* bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes + offset, sizeof value);
  return value;
}

numerics::Multiplier multiplier_field(const uint8_t* bytes, size_t offset) {
  // Shifts by more than these do what these do.
  return {field<int32_t>(bytes, offset), std::clamp(field<int32_t>(bytes, offset + 4), -80, 64)};
}

// How a pixel's accumulators of a column become a sum: `Sum` is its type, kRows the accumulator rows of a pixel.
struct Single {
  using Sum = int32_t;
  using Output = uint8_t;  // int8 too: the low 8 bits
  static constexpr uint32_t kRows = 1;
  static Sum sum(const int32_t* accumulators, uint32_t, Sum bias) {
    return static_cast<Sum>(static_cast<uint32_t>(accumulators[0]) + static_cast<uint32_t>(bias));
  }
};
struct Pair {
  using Sum = int64_t;
  using Output = int16_t;
  static constexpr uint32_t kRows = 2;
  static Sum sum(const int32_t* accumulators, uint32_t array_columns, Sum bias) {
    const int64_t both = int64_t{accumulators[array_columns]} * 256 + accumulators[0];
    return static_cast<Sum>(static_cast<uint64_t>(both) + static_cast<uint64_t>(bias));
  }
};

// A mode of requantization: the parameters of a column, and what they make of a sum.
template <typename Rows>
struct Fixed : Rows {
  typename Rows::Sum bias;
  numerics::Multiplier multiplier;

  explicit Fixed(const uint8_t* bytes)
      : bias(field<typename Rows::Sum>(bytes, 0)), multiplier(multiplier_field(bytes, sizeof bias)) {}
  int32_t scaled(typename Rows::Sum value) const {
    return numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(value), multiplier);
  }
};

struct Long : Fixed<Pair> {
  using Fixed<Pair>::Fixed;
  int32_t scaled(int64_t value) const { return numerics::multiply_by_quantized_multiplier_64(value, multiplier); }
};

template <typename Rows>
struct Wide : Rows {
  typename Rows::Sum bias;
  double factor;

  explicit Wide(const uint8_t* bytes)
      : bias(field<typename Rows::Sum>(bytes, 0)), factor(field<double>(bytes, sizeof bias)) {}
  int32_t scaled(typename Rows::Sum value) const { return numerics::requantize_wide(value, factor); }
};

struct WideLow : Wide<Pair> {
  using Wide<Pair>::Wide;
  int32_t scaled(int64_t value) const { return Wide<Pair>::scaled(static_cast<int32_t>(value)); }
};

template <typename Column>
std::vector<Column> read_columns(const Memory& sram, const isa::Requantize& operation) {
  const auto step = static_cast<uint64_t>(isa::requantize_parameter_bytes(operation.mode));
  const uint8_t* bytes = sram.at(operation.parameters, operation.columns * step);
  std::vector<Column> columns;
  columns.reserve(operation.columns);
  for (uint32_t j = 0; j < operation.columns; ++j) columns.emplace_back(bytes + j * step);
  return columns;
}

template <typename Column>
void drain_pixel(const int32_t* accumulators, uint32_t array_columns, const std::vector<Column>& columns,
                 const isa::Requantize& operation, uint8_t* out) {
  using Output = typename Column::Output;
  const int64_t zero_point = operation.zero_point, minimum = operation.minimum, maximum = operation.maximum;
  for (size_t j = 0; j < columns.size(); ++j) {
    const auto sum = Column::sum(accumulators + j, array_columns, columns[j].bias);
    const int64_t value = columns[j].scaled(sum) + zero_point;
    const auto clamped = static_cast<Output>(std::min(std::max(value, minimum), maximum));
    std::memcpy(out + j * sizeof clamped, &clamped, sizeof clamped);
  }
}

template <typename Column>
void drain(TileState& tile, uint32_t array_columns, const isa::Requantize& operation, Extent extent) {
  constexpr uint32_t kRows = Column::kRows;
  constexpr size_t kBytes = sizeof(typename Column::Output);
  const std::vector<Column> columns = read_columns<Column>(tile.sram, operation);
  std::array<uint8_t, 256> table{};
  if (operation.use_table) std::memcpy(table.data(), tile.sram.at(operation.table, table.size()), table.size());
  for (uint64_t oy = 0; oy < extent.height; ++oy) {
    const int32_t* row = accumulator_rows(tile, array_columns, operation.accumulator + oy * operation.width * kRows,
                                          uint64_t{extent.width} * kRows);
    for (uint64_t ox = 0; ox < extent.width; ++ox) {
      const uint64_t address = operation.sram + oy * operation.row_stride + ox * operation.pixel_stride;
      uint8_t* out = tile.sram.at(address, operation.columns * kBytes);
      drain_pixel(row + ox * kRows * array_columns, array_columns, columns, operation, out);
      if (operation.use_table)
        std::transform(out, out + operation.columns, out, [&](uint8_t value) { return table[value]; });
    }
  }
}

}  // namespace

void requantize(TileState& tile, uint32_t array_columns, const isa::Requantize& operation, Extent extent) {
  switch (static_cast<isa::RequantizeMode>(operation.mode)) {
    case isa::RequantizeMode::kFixed: return drain<Fixed<Single>>(tile, array_columns, operation, extent);
    case isa::RequantizeMode::kWide: return drain<Wide<Single>>(tile, array_columns, operation, extent);
    case isa::RequantizeMode::kLongPair: return drain<Long>(tile, array_columns, operation, extent);
    case isa::RequantizeMode::kWidePair: return drain<Wide<Pair>>(tile, array_columns, operation, extent);
    case isa::RequantizeMode::kFixedLowPair: return drain<Fixed<Pair>>(tile, array_columns, operation, extent);
    case isa::RequantizeMode::kWideLowPair: return drain<WideLow>(tile, array_columns, operation, extent);
  }
  ATOLL_CHECK(false, "requantize mode {}", operation.mode);
}

}  // namespace atl::simulator

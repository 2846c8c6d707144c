// The semantics of isa.def and lane.def once more, one element after the other, in exact arithmetic on 128-bit
// integers: slow, and written from the texts of the tables without a look at simulator/core, to compare it with.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "isa/machine.h"
#include "isa/program.h"
#include "isa/vector_operands.h"
#include "tests/simulator/naive_lanes.h"

namespace atl::simulator {

using namespace naive;

class NaiveMachine {
 public:
  NaiveMachine(const isa::Machine& machine, const isa::Program& program)
      : columns_(machine.columns),
        lane_programs_(program.lane_programs),
        offchip(program.offchip_bytes),
        tiles(size_t(machine.tiles())) {
    std::copy(program.constants.begin(), program.constants.end(), offchip.begin());
    for (Tile& tile : tiles) {
      tile.sram.resize(size_t(machine.sram_bytes));
      tile.accumulators.resize(size_t(machine.accumulator_rows), std::vector<int32_t>(size_t(machine.columns)));
    }
  }

  struct Tile {
    Bytes sram;
    std::vector<std::vector<int32_t>> accumulators;
    std::deque<std::vector<std::vector<int>>> weights;  // [k][j]
    int64_t height = 65535, width = 65535, offset = 0;
  };

  void execute(const isa::Operation& operation) {
    if (const auto* window = std::get_if<isa::TileWindow>(&operation)) {
      Tile& tile = tiles.at(window->tile);
      tile.height = window->height;
      tile.width = window->width;
      tile.offset = window->offchip_offset;
    }
    for (Tile& tile : tiles) std::visit([&](const auto& op) { run(tile, op); }, operation);
  }

 private:
  const int columns_;
  const std::vector<isa::LaneProgram>& lane_programs_;

 public:
  Bytes offchip;
  std::vector<Tile> tiles;

 private:
  void run(Tile&, const isa::Halt&) {}
  void run(Tile&, const isa::Barrier&) {}
  void run(Tile&, const isa::TileWindow&) {}
  void run(Tile&, std::monostate) {}

  template <typename Dma>
  void copy(Tile& tile, const Dma& op, bool load) {
    for (int64_t i2 = 0; i2 < op.count2; ++i2) {
      for (int64_t i1 = 0; i1 < op.count1; ++i1) {
        for (int64_t i = 0; i < op.run_bytes; ++i) {
          const int64_t far = static_cast<int64_t>(op.offchip) + i2 * op.offchip_stride2 + i1 * op.offchip_stride1 + i +
                              (op.windowed ? tile.offset : 0);
          const int64_t near = op.sram + i2 * op.sram_stride2 + i1 * op.sram_stride1 + i;
          uint8_t &a = offchip.at(static_cast<size_t>(far)), &b = tile.sram.at(static_cast<size_t>(near));
          (load ? b : a) = load ? a : b;
        }
      }
    }
  }
  void run(Tile& tile, const isa::DmaLoad& op) { copy(tile, op, true); }
  void run(Tile& tile, const isa::DmaStore& op) { copy(tile, op, false); }

  void run(Tile& tile, const isa::LoadWeights& op) {
    const auto weight = [&](int64_t address) {
      return (op.is_unsigned ? int{read<uint8_t>(tile.sram, address)} : int{read<int8_t>(tile.sram, address)}) -
             op.zero_point;
    };
    for (int i = 0; i < op.tiles; ++i) {
      const int rows = i + 1 == op.tiles ? op.last_rows : op.rows;
      const int64_t base = int64_t{op.sram} + int64_t{i} * op.tile_stride;
      std::vector<std::vector<int>> weights(size_t(rows), std::vector<int>(op.columns, 0));
      for (int k = 0; k < rows; ++k) {
        for (int j = 0; j < op.columns; ++j) {
          if (!op.diagonal) weights[size_t(k)][size_t(j)] = weight(base + k * op.columns + j);
          if (op.diagonal && j / op.depth_multiplier == k) weights[size_t(k)][size_t(j)] = weight(base + j);
        }
      }
      tile.weights.push_back(weights);
    }
  }

  void run(Tile& tile, const isa::Matmul& op) {
    const int64_t contraction = int64_t{op.kernel_height} * op.kernel_width * op.channels;
    std::vector<std::vector<int>> rows;  // of all tiles, one below the other
    for (int64_t k = 0; k < contraction; k += op.rows) {
      const auto& weights = tile.weights.front();
      for (int64_t r = 0; r < op.rows && k + r < contraction; ++r) rows.push_back(weights.at(size_t(r)));
      tile.weights.pop_front();
    }
    for (int64_t oy = 0; oy < op.height; ++oy) {
      for (int64_t ox = 0; ox < op.width; ++ox) {
        if (op.windowed && (oy >= tile.height || ox >= tile.width)) continue;
        // Without is_16bit one pass of the whole value; with it the low bytes, then the high ones.
        const int passes = op.is_16bit ? 2 : 1;
        for (int pass = 0; pass < passes; ++pass) {
          const int64_t row = op.accumulator + passes * (oy * op.width + ox) + pass;
          std::vector<int32_t>& sums = tile.accumulators.at(size_t(row));
          for (size_t j = 0; j < op.columns; ++j) {
            i128 sum = op.accumulate ? sums.at(j) : 0;
            for (int64_t k = 0; k < contraction; ++k) {
              const int x = activation(tile, op, oy, ox, k);
              const int low = ((x % 256) + 256) % 256;
              sum += i128{passes == 1 ? x : pass == 0 ? low : (x - low) / 256} * rows.at(size_t(k)).at(j);
            }
            sums.at(j) = low32(sum);
          }
        }
      }
    }
  }

  void run(Tile& tile, const isa::Depthwise& op) {
    for (int64_t oy = 0; oy < op.height; ++oy) {
      for (int64_t ox = 0; ox < op.width; ++ox) {
        if (op.windowed && (oy >= tile.height || ox >= tile.width)) continue;
        for (int64_t j = 0; j < op.columns; ++j) {
          i128 sum = 0;
          for (int64_t ky = 0; ky < op.kernel_height; ++ky) {
            for (int64_t kx = 0; kx < op.kernel_width; ++kx) {
              const int64_t address = int64_t{op.weights} + (ky * op.kernel_width + kx) * op.columns + j;
              const int w = op.weights_unsigned ? read<uint8_t>(tile.sram, address) : read<int8_t>(tile.sram, address);
              sum +=
                  i128{activation_at(tile, op, oy, ox, ky, kx, j / op.depth_multiplier)} * (w - op.weights_zero_point);
            }
          }
          const int64_t row = op.accumulator + (op.is_16bit ? 2 : 1) * (oy * op.width + ox);
          tile.accumulators.at(size_t(row)).at(size_t(j)) = low32(sum);
          if (op.is_16bit) tile.accumulators.at(size_t(row + 1)).at(size_t(j)) = 0;
        }
      }
    }
  }

  static int activation(const Tile& tile, const isa::Matmul& op, int64_t oy, int64_t ox, int64_t k) {
    const int64_t c = k % op.channels, kx = k / op.channels % op.kernel_width, ky = k / op.channels / op.kernel_width;
    return activation_at(tile, op, oy, ox, ky, kx, c);
  }

  template <typename Op>
  static int activation_at(const Tile& tile, const Op& op, int64_t oy, int64_t ox, int64_t ky, int64_t kx, int64_t c) {
    const int64_t iy = op.origin_y + oy * op.stride_y + ky * op.dilation_y,
                  ix = op.origin_x + ox * op.stride_x + kx * op.dilation_x;
    if (iy < 0 || iy >= op.input_height || ix < 0 || ix >= op.input_width) return 0;
    const int64_t address = op.sram + iy * op.row_stride + ix * op.pixel_stride + c * (op.is_16bit ? 2 : 1);
    if (op.is_16bit) return read<int16_t>(tile.sram, address);
    return (op.is_unsigned ? int{read<uint8_t>(tile.sram, address)} : int{read<int8_t>(tile.sram, address)}) -
           op.zero_point;
  }

  void run(Tile& tile, const isa::Requantize& op) {
    const Bytes before = tile.sram;
    for (int64_t oy = 0; oy < op.height; ++oy) {
      for (int64_t ox = 0; ox < op.width; ++ox) {
        if (op.windowed && (oy >= tile.height || ox >= tile.width)) continue;
        for (int64_t j = 0; j < op.columns; ++j) {
          if (op.mode >= 2) {
            drain_pair(tile, before, op, oy, ox, j);
            continue;
          }
          const int64_t parameters = int64_t{op.parameters} + 12 * j;
          const int32_t v =
              low32(i128{tile.accumulators.at(size_t(op.accumulator + oy * op.width + ox)).at(size_t(j))} +
                    read<int32_t>(before, parameters));
          const int64_t scaled =
              op.mode == 0 ? fixed(v, read<int32_t>(before, parameters + 4), read<int32_t>(before, parameters + 8))
                           : wide(v, read<double>(before, parameters + 4));
          auto byte = static_cast<uint8_t>(clamp(scaled + op.zero_point, op.minimum, op.maximum));
          if (op.use_table) byte = before.at(op.table + byte);
          tile.sram.at(size_t(op.sram + oy * op.row_stride + ox * op.pixel_stride + j)) = byte;
        }
      }
    }
  }

  static void drain_pair(Tile& tile, const Bytes& before, const isa::Requantize& op, int64_t oy, int64_t ox,
                         int64_t j) {
    const auto sum = [&](int64_t i) {
      return i128{tile.accumulators.at(size_t(op.accumulator + 2 * (oy * op.width + ox) + i)).at(size_t(j))};
    };
    const int64_t parameters = int64_t{op.parameters} + 16 * j;
    const i128 exact = 256 * sum(1) + sum(0) + read<int64_t>(before, parameters);
    const auto v = static_cast<int64_t>(static_cast<uint64_t>(static_cast<unsigned __int128>(exact)));
    const auto multiplier = read<int32_t>(before, parameters + 8), exponent = read<int32_t>(before, parameters + 12);
    const int64_t scaled = op.mode == 2   ? scaled_long(v, multiplier, exponent)
                           : op.mode == 3 ? wide(v, read<double>(before, parameters + 8))
                           : op.mode == 5 ? wide(low32(v), read<double>(before, parameters + 8))
                                          : fixed(low32(v), multiplier, exponent);
    const int64_t written = clamp(scaled + op.zero_point, op.minimum, op.maximum);
    for (int i = 0; i < 2; ++i)
      tile.sram.at(size_t(op.sram + oy * op.row_stride + ox * op.pixel_stride + 2 * j + i)) =
          static_cast<uint8_t>(written >> (8 * i));
  }

  // The multiplier's upper 15 bits and one rounding.
  static int64_t scaled_long(int64_t v, int32_t multiplier, int32_t exponent) {
    const auto m = std::min<int64_t>(32767, static_cast<int64_t>(floor_div(i128{multiplier} + 32768, 65536)));
    const i128 product = i128{v} * m;
    if (product == 0) return 0;
    if (exponent > 60) return product < 0 ? INT32_MIN : INT32_MAX;
    if (exponent < -80) return 0;
    const i128 quotient = exponent >= 15 ? product * pow2(std::min(exponent - 15, 46))
                                         : floor_div(product + pow2(14 - exponent), pow2(15 - exponent));
    const i128 magnitude = v < 0 ? -i128{v} : i128{v};
    const bool wraps = multiplier >= 0 && magnitude < pow2(47) && exponent >= -31 && exponent <= 7;
    return wraps ? low32(quotient) : saturated(quotient);
  }

  // Shift left first, wrapping (saturating from 32 on), or divide last.
  static int64_t fixed(int32_t v, int32_t multiplier, int32_t exponent) {
    const i128 shifted = exponent <= 0    ? i128{v}
                         : exponent <= 31 ? i128{low32(i128{v} * pow2(exponent))}
                         : v == 0         ? 0
                         : v < 0          ? INT32_MIN
                                          : INT32_MAX;
    const int32_t product = high_product(static_cast<int32_t>(shifted), multiplier);
    if (exponent >= 0) return product;
    return static_cast<int64_t>(rounded_away(product, exponent < -60 ? 60 : -exponent));
  }
  static int64_t wide(int64_t v, double factor) {
    const double product = std::round(static_cast<double>(v) * factor);
    if (std::isnan(product)) return 0;
    return product >= 2147483647.0 ? INT32_MAX : product <= -2147483648.0 ? INT32_MIN : static_cast<int64_t>(product);
  }

  static int32_t element(const Bytes& memory, int64_t address, isa::LaneType type) {
    switch (type) {
      case isa::LaneType::kInt8: return read<int8_t>(memory, address);
      case isa::LaneType::kUint8: return read<uint8_t>(memory, address);
      case isa::LaneType::kInt16: return read<int16_t>(memory, address);
      default: return read<int32_t>(memory, address);
    }
  }

  void run(Tile& tile, const isa::Vector& op) {
    const auto n = isa::output_extents(op);
    const auto k = isa::reduction_extents(op);
    for (int64_t o0 = 0; o0 < n[0]; ++o0)
      for (int64_t o1 = 0; o1 < n[1]; ++o1)
        for (int64_t o2 = 0; o2 < n[2]; ++o2)
          for (int64_t o3 = 0; o3 < n[3]; ++o3) {
            bool first = true;
            std::array<int32_t, 16> r{}, at_zero{};
            int32_t combined = 0;
            for (int64_t k0 = 0; k0 < k[0]; ++k0)
              for (int64_t k1 = 0; k1 < k[1]; ++k1)
                for (int64_t k2 = 0; k2 < k[2]; ++k2) {
                  r.fill(0);
                  for (int i = 0; i < op.inputs; ++i) {
                    const isa::VectorOperand in = isa::vector_input(op, i);
                    const auto& s = in.strides;
                    const auto& t = in.reduction_strides;
                    const int64_t address = int64_t{in.address} + o0 * s[0] + o1 * s[1] + o2 * s[2] + o3 * s[3] +
                                            k0 * t[0] + k1 * t[1] + k2 * t[2];
                    r[size_t(i)] = element(tile.sram, address, in.type);
                  }
                  if (first) at_zero = r;
                  for (const isa::Primitive& p : lane_programs_.at(op.program).body) primitive(tile, op, p, r);
                  combined = first            ? r[0]
                             : op.reduce == 1 ? low32(i128{combined} + r[0])
                             : op.reduce == 2 ? std::max(combined, r[0])
                                              : std::min(combined, r[0]);
                  first = false;
                }
            r.fill(0);
            r[0] = combined;
            r[1] = at_zero[1];
            r[2] = at_zero[2];
            for (const isa::Primitive& p : lane_programs_.at(op.program).tail) primitive(tile, op, p, r);
            write(tile, int64_t{op.out} + o0 * op.out_s0 + o1 * op.out_s1 + o2 * op.out_s2 + o3 * op.out_s3,
                  isa::LaneType(op.out_type), r[0]);
          }
  }

  static void write(Tile& tile, int64_t address, isa::LaneType type, int32_t value) {
    const int bits = 8 * isa::lane_type_bytes(type);
    const bool is_unsigned = type == isa::LaneType::kUint8;
    const auto low = static_cast<int64_t>(is_unsigned ? 0 : -pow2(bits - 1)),
               high = static_cast<int64_t>(pow2(is_unsigned ? bits : bits - 1) - 1);
    const int64_t written = clamp(value, low, high);
    for (int i = 0; i < bits / 8; ++i) tile.sram.at(size_t(address + i)) = static_cast<uint8_t>(written >> (8 * i));
  }

  static void primitive(const Tile& tile, const isa::Vector& op, const isa::Primitive& p, std::array<int32_t, 16>& r) {
    r[p.d] = primitive_value(tile.sram, op, p, r[p.d], r[p.a], p.b == isa::kImmediate ? p.immediate : r[p.b],
                             p.c < 16 ? r[p.c] : 0);
  }
};

}  // namespace atl::simulator

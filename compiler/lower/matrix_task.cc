// Temporaries: x as rows x depth if it lies the other way; then weights of one tile of columns, depth x columns.
// Constants: the output stage's parameters, once for every column of the array.
#include "compiler/lower/matrix_task.h"

#include <algorithm>

#include "compiler/tasks/nest.h"
#include "isa/instruction.h"

namespace atl::compiler {
namespace {

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// to[i][j] = from[i][j], bytes.
struct Plane {
  uint32_t address;
  int64_t row_stride, column_stride;
};
void copy_plane(const Plane& from, const Plane& to, const Dims& extent, const isa::Machine& machine, Emitter& emitter) {
  Nest nest;
  nest.extent = extent;
  nest.output = {to.address, isa::LaneType::kInt8, Dims{to.row_stride, to.column_stride}, Dims()};
  nest.inputs = {Stream{from.address, isa::LaneType::kInt8, Dims{from.row_stride, from.column_stride}, Dims()}};
  emit_nest(nest, machine, emitter);
}

}  // namespace

// Columns of the output that share the array, and their weights.
struct MatrixTask::Columns {
  int64_t first, count;
  uint32_t weights;
};

MatrixTask::MatrixTask(const MatrixProduct& product, Operand x, int64_t x_batch, Operand y, int64_t y_batch,
                       Operand result, int64_t batch, const std::vector<uint8_t>& parameters,
                       const isa::Machine& machine)
    : product_(product), x_batch_(x_batch), y_batch_(y_batch) {
  region = {Dims{batch, 0, 0}, Dims{1, product.rows, product.columns}};
  grain = Dims(3, 1);
  inputs = {std::move(x), std::move(y)};
  output = std::move(result);
  for (int column = 0; column < machine.columns; ++column) {
    constants.insert(constants.end(), parameters.begin(), parameters.end());
  }
}

Box MatrixTask::input_box(size_t input, const Box& tile) const {
  Box box{Dims(3), input_extent(input, tile.extent)};
  box.begin[0] = input == 0 ? x_batch_ : y_batch_;
  if (input == 0) {
    box.begin[product_.x_turned ? 2 : 1] = tile.begin[1];
  } else {
    box.begin[product_.y_turned ? 1 : 2] = tile.begin[2];
  }
  return box;
}

Dims MatrixTask::input_extent(size_t input, const Dims& tile) const {
  const int64_t depth = product_.depth;
  if (input == 0) return product_.x_turned ? Dims{1, depth, tile[1]} : Dims{1, tile[1], depth};
  return product_.y_turned ? Dims{1, tile[2], depth} : Dims{1, depth, tile[2]};
}

int64_t MatrixTask::turned_bytes(const Dims& tile) const { return product_.x_turned ? tile[1] * product_.depth : 0; }

int64_t MatrixTask::temporary_bytes(const Dims& tile) const {
  const int64_t array_columns = static_cast<int64_t>(constants.size()) / 12;
  return turned_bytes(tile) + product_.depth * std::min(tile[2], array_columns);
}

void MatrixTask::emit_tile(const Tile& tile, Emitter& emitter) const {
  const isa::Machine& machine = *tile.machine;
  const int64_t rows = tile.box.extent[1], depth = product_.depth;
  Placed x = tile.inputs[0];
  if (product_.x_turned) {
    const uint32_t from = x.at(input_box(0, tile.box).begin);
    copy_plane({from, x.strides[2], x.strides[1]}, {tile.temporaries, depth, 1}, Dims{rows, depth}, machine, emitter);
    x = {tile.temporaries, Dims{0, depth, 1}, Dims{0, tile.box.begin[1], 0}};
  }
  const Placed& y = tile.inputs[1];
  const Box y_box = input_box(1, tile.box);
  const int along = product_.y_turned ? 1 : 2, down = product_.y_turned ? 2 : 1;
  const auto packed = static_cast<uint32_t>(tile.temporaries + turned_bytes(tile.box.extent));
  for (int64_t first = 0; first < tile.box.extent[2]; first += machine.columns) {
    const int64_t count = std::min<int64_t>(machine.columns, tile.box.extent[2] - first);
    Dims at = y_box.begin;
    at[along] += first;
    Columns columns{tile.box.begin[2] + first, count, y.at(at)};
    const bool in_order = y.strides[along] == 1 && y.strides[down] == count;
    if (!in_order) {
      copy_plane({columns.weights, y.strides[down], y.strides[along]}, {packed, count, 1}, Dims{depth, count}, machine,
                 emitter);
      columns.weights = packed;
    }
    emit_columns(tile, columns, x, emitter);
  }
}

void MatrixTask::emit_columns(const Tile& tile, const Columns& columns, const Placed& x, Emitter& emitter) const {
  const isa::Machine& machine = *tile.machine;
  const int64_t depth = product_.depth, array_rows = std::min<int64_t>(depth, machine.rows);
  const int64_t most = std::max(1, machine.accumulator_rows / 4);  // so that draining and computing overlap
  isa::LoadWeights load;
  load.sram = columns.weights;
  load.tile_stride = static_cast<uint32_t>(array_rows * columns.count);
  load.tiles = static_cast<uint16_t>(ceil_div(depth, array_rows));
  load.rows = static_cast<uint16_t>(array_rows);
  load.last_rows = static_cast<uint16_t>(depth - (load.tiles - 1) * array_rows);
  load.columns = static_cast<uint16_t>(columns.count);
  load.zero_point = static_cast<int16_t>(product_.y_zero_point);
  load.depth_multiplier = 1;
  const int64_t end = tile.box.begin[1] + tile.box.extent[1];
  for (int64_t row = tile.box.begin[1]; row < end; row += most) {
    const int64_t rows = std::min(most, end - row);
    emitter.emit(load);
    isa::Matmul m;
    m.sram = x.at(Dims{x.origin[0], row, x.origin[2]});
    m.row_stride = static_cast<uint32_t>(x.strides[1]);
    m.pixel_stride = static_cast<uint32_t>(depth);
    m.input_height = m.height = static_cast<uint16_t>(rows);
    m.input_width = m.width = m.stride_y = m.stride_x = m.dilation_y = m.dilation_x = 1;
    m.kernel_height = m.kernel_width = 1;
    m.channels = static_cast<uint32_t>(depth);
    m.rows = load.rows;
    m.columns = load.columns;
    m.accumulator = emitter.new_accumulators(rows);
    m.zero_point = static_cast<int16_t>(product_.x_zero_point);
    emitter.emit(m);
    isa::Requantize r;
    r.accumulator = m.accumulator;
    r.columns = load.columns;
    r.height = m.height;
    r.width = 1;
    r.sram = tile.output.at(Dims{tile.box.begin[0], row, columns.first});
    r.row_stride = static_cast<uint32_t>(tile.output.strides[1]);
    r.pixel_stride = static_cast<uint32_t>(columns.count);
    r.parameters = tile.constants;
    r.mode = static_cast<uint8_t>(isa::RequantizeMode::kFixed);
    r.zero_point = static_cast<int16_t>(product_.zero_point);
    r.minimum = -128;
    r.maximum = 127;
    emitter.emit(r, tile.written_storage);
  }
}

LeastWork MatrixTask::least_work(const isa::Machine& machine) const {
  const int64_t folds = ceil_div(product_.depth, machine.rows) * ceil_div(product_.columns, machine.columns);
  return {folds * std::max<int64_t>(product_.rows, std::min<int64_t>(product_.depth, machine.rows)), 0, 0, 0};
}

}  // namespace atl::compiler

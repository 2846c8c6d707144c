#include "common/kernels/recurrent/lstm_layer.h"

#include <algorithm>
#include <cmath>

namespace atl::kernels::recurrent {
namespace {

using graph::DType;

constexpr float kNormalizationGuard = 1e-8f;

graph::Shape vector_of(int64_t size) { return {static_cast<int32_t>(size)}; }

// Matrices whose positions hold no operand stay empty.
Result<Matrix> optional_matrix(const OpContext& context, size_t i, const char* what, int64_t rows, int64_t columns) {
  if (i == kAbsent || !context.has_input(i)) return Matrix();
  return Matrix::create(context, i, what, rows, columns);
}

bool has(const OpContext& context, size_t i) { return i != kAbsent && context.has_input(i); }

float clipped(float x, float limit) { return std::max(std::min(limit, x), -limit); }

}  // namespace

Result<LstmLayer::Gate> LstmLayer::create_gate(const OpContext& context, const GatePositions& positions,
                                               const LstmSizes& sizes) {
  Gate gate;
  ATOLL_ASSIGN(gate.input, Matrix::create(context, positions.input, "input weights", sizes.cells, sizes.inputs));
  ATOLL_ASSIGN(gate.recurrent,
               Matrix::create(context, positions.recurrent, "recurrent weights", sizes.cells, sizes.outputs));
  if (sizes.aux_inputs != 0) {
    ATOLL_ASSIGN(gate.aux,
                 optional_matrix(context, positions.aux, "auxiliary input weights", sizes.cells, sizes.aux_inputs));
  }
  ATOLL_TRY(expect_input(context, positions.bias, "gate bias", {DType::kFloat32}, vector_of(sizes.cells)));
  gate.bias = positions.bias;
  if (has(context, positions.peephole)) {
    const DType type = context.input(positions.input).type;
    ATOLL_TRY(expect_input(context, positions.peephole, "peephole weights", {type}, vector_of(sizes.cells)));
    if (type != DType::kFloat32) {
      ATOLL_ASSIGN(gate.peephole_scale, input_scale(context, positions.peephole));
    }
    gate.peephole = positions.peephole;
  }
  if (has(context, positions.norm)) {
    ATOLL_TRY(expect_input(context, positions.norm, "layer normalization coefficients", {DType::kFloat32},
                           vector_of(sizes.cells)));
    gate.norm = positions.norm;
  }
  return gate;
}

Result<LstmLayer> LstmLayer::create(const OpContext& context, const LstmPositions& positions,
                                    const LstmSettings& settings, LstmSizes sizes) {
  LstmLayer layer;
  for (const size_t i : {positions.output_gate.input, positions.output_gate.recurrent}) {
    if (!context.has_input(i) || context.input(i).shape.size() != 2) {
      return context.error(ErrorCode::kInvalid, "its weights of the output gate (input {}) are no matrix", i);
    }
  }
  sizes.cells = context.input(positions.output_gate.input).shape[0];
  sizes.outputs = context.input(positions.output_gate.recurrent).shape[1];
  layer.settings_ = settings, layer.sizes_ = sizes;
  layer.coupled_ = !context.has_input(positions.input_gate.input);
  layer.is_float_ = context.input(positions.output_gate.input).type == DType::kFloat32;
  if (!layer.coupled_) {
    ATOLL_ASSIGN(layer.input_gate_, create_gate(context, positions.input_gate, sizes));
  }
  ATOLL_ASSIGN(layer.forget_gate_, create_gate(context, positions.forget_gate, sizes));
  ATOLL_ASSIGN(layer.cell_gate_, create_gate(context, positions.cell_gate, sizes));
  ATOLL_ASSIGN(layer.output_gate_, create_gate(context, positions.output_gate, sizes));
  ATOLL_ASSIGN(layer.projection_,
               optional_matrix(context, positions.projection, "projection weights", sizes.outputs, sizes.cells));
  if (!layer.projection_.present() && sizes.outputs != sizes.cells) {
    return context.error(ErrorCode::kInvalid, "it has {} cells and {} outputs, and no projection between them",
                         sizes.cells, sizes.outputs);
  }
  if (has(context, positions.projection_bias)) {
    ATOLL_TRY(expect_input(context, positions.projection_bias, "projection bias", {DType::kFloat32},
                           vector_of(sizes.outputs)));
    layer.projection_bias_ = positions.projection_bias;
  }
  for (const Gate* gate : {&layer.input_gate_, &layer.forget_gate_, &layer.cell_gate_, &layer.output_gate_}) {
    for (const Matrix* matrix : {&gate->input, &gate->recurrent, &gate->aux, &std::as_const(layer.projection_)}) {
      if (matrix->present() && matrix->is_float() != layer.is_float_) {
        return context.error(ErrorCode::kUnsupported, "some of its weights are floats and some integers");
      }
    }
  }
  ATOLL_ASSIGN(layer.output_state_, state_view(context, positions.output_state, "output state", DType::kFloat32,
                                               sizes.batch * sizes.outputs));
  ATOLL_ASSIGN(layer.cell_state_,
               state_view(context, positions.cell_state, "cell state", DType::kFloat32, sizes.batch * sizes.cells));
  return layer;
}

void LstmLayer::prepare_vectors(Vectors& vectors, const float* values, int64_t batch, int64_t size) {
  vectors.values = values, vectors.count = batch, vectors.size = size;
  if (!is_float_) products::quantize_rows(values, batch, size, settings_.asymmetric, vectors.quantized);
}

void LstmLayer::add_peephole(const ConstView& weights, float scale, const float* cell_state,
                             std::vector<float>& out) const {
  const auto cells = static_cast<size_t>(sizes_.cells);
  for (size_t i = 0; i < out.size(); ++i) {
    const float weight = weights.type == DType::kFloat32 ? weights.as<float>()[i % cells]
                                                         : scale * static_cast<float>(weights.as<int8_t>()[i % cells]);
    out[i] += weight * cell_state[i];
  }
}

void LstmLayer::normalize(std::span<const float> coefficients, std::vector<float>& out) const {
  const auto cells = static_cast<size_t>(sizes_.cells);
  const auto count = static_cast<float>(sizes_.cells);
  for (size_t begin = 0; begin < out.size(); begin += cells) {
    const std::span<float> row = std::span(out).subspan(begin, cells);
    float sum = 0, squares = 0;
    for (const float x : row) sum += x;
    const float mean = sum / count;
    for (const float x : row) squares += (x - mean) * (x - mean);
    const float inverse = 1.0f / std::sqrt(squares / count + kNormalizationGuard);
    for (size_t c = 0; c < cells; ++c) row[c] = (row[c] - mean) * inverse * coefficients[c];
  }
}

void LstmLayer::show(InnerValues place, std::span<const float> values) const {
  if (see_) see_(place, values);
}

void LstmLayer::gate(std::span<const ConstView> inputs, Gate& gate, InnerValues place, const float* cell_state,
                     std::vector<float>& out) {
  const int64_t cells = sizes_.cells;
  const std::span<const float> bias = inputs[gate.bias].as<float>();
  const bool normalized = gate.norm != kAbsent;
  out.resize(static_cast<size_t>(batch_ * cells));
  for (int64_t b = 0; b < batch_; ++b) {
    normalized ? std::fill_n(out.data() + b * cells, cells, 0.0f) : std::copy_n(bias.data(), cells, &out[b * cells]);
  }
  gate.input.accumulate(inputs, x_, out.data(), cells, scratch_);
  if (gate.aux.present() && aux_.values != nullptr) gate.aux.accumulate(inputs, aux_, out.data(), cells, scratch_);
  gate.recurrent.accumulate(inputs, hidden_, out.data(), cells, scratch_);
  if (gate.peephole != kAbsent) add_peephole(inputs[gate.peephole], gate.peephole_scale, cell_state, out);
  if (!normalized) return;
  show(place, out);
  normalize(inputs[gate.norm].as<float>(), out);
  for (size_t i = 0; i < out.size(); ++i) out[i] += bias[i % static_cast<size_t>(cells)];
}

void LstmLayer::update_cells(float* cell_state) const {
  for (size_t i = 0; i < forget_.size(); ++i) {
    const float input = coupled_ ? 1.0f - forget_[i] : input_[i];
    cell_state[i] = forget_[i] * cell_state[i] + update_[i] * input;
    if (settings_.cell_clip > 0) cell_state[i] = clipped(cell_state[i], settings_.cell_clip);
  }
}

void LstmLayer::project(std::span<const ConstView> inputs, float* output_state) {
  const int64_t outputs = sizes_.outputs;
  if (!projection_.present()) {
    std::copy(output_.begin(), output_.end(), output_state);
    return;
  }
  prepare_vectors(projected_, output_.data(), batch_, sizes_.cells);
  for (int64_t b = 0; b < batch_; ++b) {
    float* row = output_state + b * outputs;
    projection_bias_ == kAbsent ? std::fill_n(row, outputs, 0.0f)
                                : std::copy_n(inputs[projection_bias_].as<float>().data(), outputs, row);
  }
  projection_.accumulate(inputs, projected_, output_state, outputs, scratch_);
  if (settings_.proj_clip <= 0) return;
  for (int64_t i = 0; i < batch_ * outputs; ++i) output_state[i] = clipped(output_state[i], settings_.proj_clip);
}

void LstmLayer::step(std::span<const ConstView> inputs, int64_t batch, const float* x, const float* aux,
                     float* output_state, float* cell_state, float* y, int64_t y_stride) {
  batch_ = batch;
  prepare_vectors(x_, x, batch, sizes_.inputs);
  aux_.values = nullptr;
  if (aux != nullptr) prepare_vectors(aux_, aux, batch, sizes_.aux_inputs);
  prepare_vectors(hidden_, output_state, batch, sizes_.outputs);
  if (!coupled_) {
    gate(inputs, input_gate_, kInputGateSum, cell_state, input_);
    apply_sigmoid(input_);
  }
  gate(inputs, forget_gate_, kForgetGateSum, cell_state, forget_);
  apply_sigmoid(forget_);
  gate(inputs, cell_gate_, kCellGateSum, cell_state, update_);
  for (float& value : update_) value = activate(settings_.activation, value);
  update_cells(cell_state);
  show(kCells, {cell_state, static_cast<size_t>(batch * sizes_.cells)});
  gate(inputs, output_gate_, kOutputGateSum, cell_state, output_);
  apply_sigmoid(output_);
  for (size_t i = 0; i < output_.size(); ++i) output_[i] *= activate(settings_.activation, cell_state[i]);
  show(kHiddenValues, output_);
  project(inputs, output_state);
  for (int64_t b = 0; b < batch; ++b) std::copy_n(output_state + b * sizes_.outputs, sizes_.outputs, y + b * y_stride);
}

}  // namespace atl::kernels::recurrent

// UNIDIRECTIONAL_SEQUENCE_LSTM on int8, gates and cells of int16 ("8x8 -> 16"). Positions of the inputs: LiteRT,
// tflite/kernels/lstm_shared.h; formulas: lstm_eval.cc and unidirectional_sequence_lstm.cc there.
//   gate = sat16(M(R h + b'')) of sat16(M(W x + b'));  b' = bias - zx * (sums of W's rows), b'' likewise
//   then the peephole, sat16(gate + M(p * c)), and layer normalization; sigmoid or tanh with 3 integer bits
//   c = sat16(round(f * c / 2^15) + round(i * g / 2^(30 + log2 of the cell's scale))), clipped
//   h = clamp8(M(o * tanh(c)) + z), or that projected
// The scales of gates are 2^-12, or those of the intermediate tensors under layer normalization; all effective scales
// are float32 expressions.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "common/kernels/recurrent/kernels.h"
#include "common/kernels/recurrent/operands.h"
#include "common/numerics/fixed_point_16.h"
#include "common/numerics/inverse_sqrt.h"
#include "common/numerics/multiplier.h"

namespace atl::kernels::recurrent {
namespace {

using graph::DType;
using numerics::Multiplier;
using numerics::saturate;

enum GateIndex { kInput, kForget, kCell, kOutput };
constexpr std::array<const char*, 4> kGateNames = {"input gate", "forget gate", "cell gate", "output gate"};
constexpr size_t kFirstInputWeights = 1, kFirstRecurrentWeights = 5, kFirstPeephole = 9, kFirstBias = 12,
                 kProjection = 16, kProjectionBias = 17, kOutputState = 18, kCellState = 19, kFirstNorm = 20;
constexpr size_t kHidden = 4;  // intermediate

struct Sizes {
  int64_t batch, time, inputs, cells, outputs;
  bool time_major;
};

struct Gate {
  size_t input, recurrent, peephole = kAbsent, bias, norm = kAbsent;  // positions
  Multiplier input_scale, recurrent_scale, peephole_scale, norm_scale;
  int32_t variance_guard = 1;
};

struct Parameters {
  Sizes sizes{};
  bool coupled = false, normalized = false;
  std::array<Gate, 4> gates{};
  int32_t input_zero_point = 0, output_zero_point = 0, hidden_zero_point = 0;
  int cell_log2 = 0;
  int16_t cell_clip = 0;
  int8_t projection_clip = 0;
  Multiplier hidden, projection;
  bool projects = false, has_projection_bias = false;
  size_t output_state = 0, cell_state = 0;  // views
};

int32_t scaled(int64_t x, Multiplier m) {
  return numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(x), m);
}

class LstmInt8 final : public Kernel {
 public:
  explicit LstmInt8(const Parameters& parameters) : p_(parameters) {
    for (std::vector<int16_t>& gate : gates_) gate.resize(static_cast<size_t>(p_.sizes.cells));
    hidden_.resize(static_cast<size_t>(p_.sizes.cells));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const Sizes& s = p_.sizes;
    int8_t* output_state = outputs[p_.output_state].as<int8_t>().data();
    int16_t* cell_state = outputs[p_.cell_state].as<int16_t>().data();
    for (int64_t t = 0; t < s.time; ++t) {
      for (int64_t b = 0; b < s.batch; ++b) {
        const int64_t vector = s.time_major ? t * s.batch + b : b * s.time + t;
        int8_t* hidden = output_state + b * s.outputs;
        sequence_ = s.time_major ? b : 0;
        step(inputs, inputs[0].as<int8_t>().data() + vector * s.inputs, hidden, cell_state + b * s.cells);
        std::copy_n(hidden, s.outputs, outputs[0].as<int8_t>().data() + vector * s.outputs);
      }
    }
    return {};
  }

 private:
  void step(std::span<const ConstView> inputs, const int8_t* x, int8_t* hidden, int16_t* cell) {
    if (!p_.coupled) gate(inputs, kInput, x, hidden, cell);
    gate(inputs, kForget, x, hidden, cell);
    gate(inputs, kCell, x, hidden, cell);
    update_cells(cell);
    gate(inputs, kOutput, x, hidden, cell);
    output(inputs, cell, hidden);
  }

  // sat16(gate[c] + M(sum of (v - zero point) w + bias))
  void add_product(const ConstView& weights, const int8_t* v, int64_t size, int32_t zero_point,
                   std::span<const int32_t> bias, Multiplier scale, std::vector<int16_t>& gate) const {
    const int8_t* w = weights.as<int8_t>().data();
    for (size_t c = 0; c < gate.size(); ++c, w += size) {
      int64_t sum = bias.empty() ? 0 : bias[c];
      for (int64_t k = 0; k < size; ++k) sum += (v[k] - zero_point) * w[k];
      gate[c] = saturate<int16_t>(int64_t{scaled(sum, scale)} + gate[c]);
    }
  }

  void gate(std::span<const ConstView> inputs, GateIndex index, const int8_t* x, const int8_t* hidden,
            const int16_t* cell) {
    const Gate& gate = p_.gates[index];
    std::vector<int16_t>& values = gates_[index];
    const std::span<const int32_t> bias = inputs[gate.bias].as<int32_t>();
    std::fill(values.begin(), values.end(), static_cast<int16_t>(0));
    add_product(inputs[gate.input], x, p_.sizes.inputs, p_.input_zero_point,
                p_.normalized ? std::span<const int32_t>() : bias, gate.input_scale, values);
    add_product(inputs[gate.recurrent], hidden, p_.sizes.outputs, p_.output_zero_point, {}, gate.recurrent_scale,
                values);
    if (gate.peephole != kAbsent) {
      add_peephole(inputs[gate.peephole].as<int16_t>(), gate.peephole_scale, cell, values);
    }
    if (p_.normalized) normalize(gate, inputs[gate.norm].as<int16_t>(), bias, values);
    for (int16_t& value : values) {
      value = index == kCell ? numerics::tanh_fixed_16(value, 3) : numerics::logistic_fixed_16(value);
    }
  }

  // The reference walks over the gates of all sequences of a step, of which it takes outputs rather than cells to be
  // the number: with a projection to fewer outputs, the last gates get nothing, and the weights repeat out of step.
  void add_peephole(std::span<const int16_t> weights, Multiplier scale, const int16_t* cell,
                    std::vector<int16_t>& values) const {
    const int64_t outputs = p_.sizes.outputs, cells = p_.sizes.cells;
    const int64_t walked = (p_.sizes.time_major ? p_.sizes.batch : 1) * outputs;
    for (int64_t c = 0; c < cells; ++c) {
      const int64_t place = sequence_ * cells + c;
      if (place >= walked || place % outputs >= cells) continue;
      const auto weight = int64_t{weights[static_cast<size_t>(place % outputs)]};
      int16_t& value = values[static_cast<size_t>(c)];
      value = saturate<int16_t>(int64_t{scaled(weight * cell[c], scale)} + value);
    }
  }

  // Mean 0 and deviation 1 with 10 bits of fraction, times the coefficients, plus the bias.
  static void normalize(const Gate& gate, std::span<const int16_t> coefficients, std::span<const int32_t> bias,
                        std::vector<int16_t>& values) {
    constexpr int64_t kUnit = 1 << 20;
    const auto count = static_cast<int64_t>(values.size());
    int64_t sum = 0, squares = 0;
    for (const int16_t value : values) sum += value, squares += int64_t{value} * value;
    const auto mean = static_cast<int32_t>(sum * 1024 / count);
    const int64_t variance = squares * (kUnit / count) - int64_t{mean} * mean;
    auto reduced = static_cast<int32_t>(variance / kUnit);
    if (reduced < 1) reduced = gate.variance_guard;
    const Multiplier inverse = numerics::inverse_sqrt(reduced);
    for (size_t c = 0; c < values.size(); ++c) {
      const int32_t normal = scaled(1024 * int64_t{values[c]} - mean, inverse);
      // The reference multiplies in 32 bits.
      const int64_t weighted = int64_t{static_cast<int32_t>(int64_t{normal} * coefficients[c] + bias[c])};
      const auto rounded = static_cast<int32_t>((weighted > 0 ? weighted + 512 : weighted - 512) / 1024);
      const Multiplier scale{gate.norm_scale.value, gate.norm_scale.exponent + 12};
      values[c] = saturate<int16_t>(int64_t{scaled(rounded, scale)});
    }
  }

  void update_cells(int16_t* cell) {
    for (size_t c = 0; c < gates_[kForget].size(); ++c) {
      const int32_t forget = gates_[kForget][c];
      const int32_t input = p_.coupled ? 32767 - forget : gates_[kInput][c];
      const auto kept = static_cast<int16_t>(numerics::rounding_divide_by_pot(forget * cell[c], 15));
      const auto added =
          static_cast<int16_t>(numerics::rounding_divide_by_pot(input * gates_[kCell][c], 30 + p_.cell_log2));
      cell[c] = saturate<int16_t>(int32_t{kept} + added);
      if (p_.cell_clip > 0) cell[c] = std::clamp(cell[c], static_cast<int16_t>(-p_.cell_clip), p_.cell_clip);
    }
  }

  void output(std::span<const ConstView> inputs, const int16_t* cell, int8_t* hidden) {
    // What is projected has its zero point with the other sign: so the reference, and so the bias it adds.
    const int32_t zero_point = p_.projects ? -p_.hidden_zero_point : p_.hidden_zero_point;
    for (size_t c = 0; c < hidden_.size(); ++c) {
      const int32_t activated = tanh_of_cell(cell[c]);
      const int32_t y = scaled(int64_t{gates_[kOutput][c]} * activated, p_.hidden);
      hidden_[c] = saturate<int8_t>(int64_t{y} + zero_point);
    }
    if (!p_.projects) {
      std::copy(hidden_.begin(), hidden_.end(), hidden);
      return;
    }
    const int8_t* w = inputs[kProjection].as<int8_t>().data();
    const std::span<const int32_t> bias = optional_input<int32_t>(inputs, kProjectionBias);
    for (int64_t i = 0; i < p_.sizes.outputs; ++i, w += p_.sizes.cells) {
      int64_t sum = p_.has_projection_bias ? bias[static_cast<size_t>(i)] : 0;
      for (int64_t k = 0; k < p_.sizes.cells; ++k) {
        sum += (hidden_[static_cast<size_t>(k)] + p_.hidden_zero_point) * w[k];
      }
      hidden[i] = saturate<int8_t>(int64_t{scaled(sum, p_.projection)} + p_.output_zero_point);
      if (p_.projection_clip > 0) {
        hidden[i] = std::clamp(hidden[i], static_cast<int8_t>(-p_.projection_clip), p_.projection_clip);
      }
    }
  }

  int16_t tanh_of_cell(int16_t cell) const { return numerics::tanh_fixed_16(cell, 15 + p_.cell_log2); }

  Parameters p_;
  std::array<std::vector<int16_t>, 4> gates_;
  std::vector<int8_t> hidden_;
  int64_t sequence_ = 0;  // of the step under way, within what the reference takes at once
};

graph::Shape shape_of(int64_t rows, int64_t columns) {
  return {static_cast<int32_t>(rows), static_cast<int32_t>(columns)};
}

// Scales that all gates share.
struct Scales {
  float input, output_state;
};

Status read_gate(const OpContext& context, const Scales& scales, GateIndex index, Parameters& p) {
  const Sizes& s = p.sizes;
  const auto cells = graph::Shape{static_cast<int32_t>(s.cells)};
  Gate& gate = p.gates[index];
  gate.input = kFirstInputWeights + index, gate.recurrent = kFirstRecurrentWeights + index;
  gate.bias = kFirstBias + index;
  ATOLL_TRY(expect_input(context, gate.input, "input weights", {DType::kInt8}, shape_of(s.cells, s.inputs)));
  ATOLL_TRY(expect_input(context, gate.recurrent, "recurrent weights", {DType::kInt8}, shape_of(s.cells, s.outputs)));
  ATOLL_TRY(expect_input(context, gate.bias, "gate bias", {DType::kInt32}, cells));
  float gate_scale = 0x1p-12f;
  if (p.normalized) {
    if (!context.has_intermediate(index) || context.intermediate(index).quant.scale.size() != 1) {
      return context.error(ErrorCode::kInvalid, "it has no intermediate tensor with the scale of its {}",
                           kGateNames[index]);
    }
    gate_scale = context.intermediate(index).quant.scale[0];
    gate.norm = kFirstNorm + index;
    ATOLL_TRY(expect_input(context, gate.norm, "layer normalization coefficients", {DType::kInt16}, cells));
    ATOLL_ASSIGN(const float norm, input_scale(context, gate.norm));
    gate.norm_scale = numerics::quantize_multiplier(static_cast<double>(norm));
    gate.variance_guard = std::max(1, numerics::round_half_away(std::trunc(10000 * norm)));
  }
  ATOLL_ASSIGN(const float input, input_scale(context, gate.input));
  ATOLL_ASSIGN(const float recurrent, input_scale(context, gate.recurrent));
  gate.input_scale = numerics::quantize_multiplier(static_cast<double>(input * scales.input / gate_scale));
  gate.recurrent_scale =
      numerics::quantize_multiplier(static_cast<double>(recurrent * scales.output_state / gate_scale));
  if (index == kCell) return {};
  const size_t peephole = kFirstPeephole + (index == kOutput ? 2 : index);
  if (!context.has_input(peephole)) return {};
  ATOLL_TRY(expect_input(context, peephole, "peephole weights", {DType::kInt16}, cells));
  ATOLL_ASSIGN(const float weight, input_scale(context, peephole));
  // A double product rounded to float32, as in the reference.
  const auto effective =
      static_cast<float>(std::ldexp(1.0, p.cell_log2) * static_cast<double>(weight) / static_cast<double>(gate_scale));
  gate.peephole_scale = numerics::quantize_multiplier(static_cast<double>(effective));
  gate.peephole = peephole;
  return {};
}

Status read_sizes(const OpContext& context, bool time_major, Sizes& s) {
  const graph::Shape& x = context.input(0).shape;
  for (const size_t i : {kFirstInputWeights + kOutput, kFirstRecurrentWeights + kOutput}) {
    if (!context.has_input(i) || context.input(i).shape.size() != 2) {
      return context.error(ErrorCode::kInvalid, "its weights of the output gate (input {}) are no matrix", i);
    }
  }
  s = {x[0],
       x[1],
       x[2],
       context.input(kFirstInputWeights + kOutput).shape[0],
       context.input(kFirstRecurrentWeights + kOutput).shape[1],
       time_major};
  if (time_major) std::swap(s.batch, s.time);
  if (s.cells == 0) return context.error(ErrorCode::kInvalid, "it has no cells");
  return {};
}

Status read_cell_scale(const OpContext& context, float clip, Parameters& p) {
  ATOLL_ASSIGN(const float scale, input_scale(context, kCellState));
  int exponent = 0;
  const float mantissa = std::frexp(scale, &exponent);  // in [1/2, 1)
  p.cell_log2 = mantissa < 0.70710678f ? exponent - 1 : exponent;
  // As in the reference, the logarithm may be off by 1/1000.
  const double ratio = std::ldexp(static_cast<double>(scale), -p.cell_log2);
  const bool is_power = ratio > 0.99930709 && ratio < 1.00069339;
  if (!is_power || p.cell_log2 < -15 || p.cell_log2 > -9) {
    return context.error(ErrorCode::kUnsupported,
                         "the scale of its cell state is {}; a power of two from 2^-15 to 2^-9 is needed", scale);
  }
  if (clip > 0) p.cell_clip = static_cast<int16_t>(std::clamp(clip / scale, -32768.0f, 32767.0f));
  return {};
}

Status read_output(const OpContext& context, const Scales& scales, float clip, Parameters& p) {
  if (!context.has_intermediate(kHidden) || context.intermediate(kHidden).quant.scale.size() != 1) {
    return context.error(ErrorCode::kInvalid, "it has no intermediate tensor with the scale of its hidden values");
  }
  const graph::Tensor& hidden = context.intermediate(kHidden);
  const float hidden_scale = hidden.quant.scale[0];
  p.hidden_zero_point = zero_point_of(hidden);
  p.hidden = numerics::quantize_multiplier(
      static_cast<double>(static_cast<float>(0x1p-15 / static_cast<double>(hidden_scale) * 0x1p-15)));
  p.projects = context.has_input(kProjection);
  if (!p.projects) {
    if (p.sizes.cells == p.sizes.outputs) return {};
    return context.error(ErrorCode::kInvalid, "it has {} cells and {} outputs, and no projection between them",
                         p.sizes.cells, p.sizes.outputs);
  }
  ATOLL_TRY(expect_input(context, kProjection, "projection weights", {DType::kInt8},
                         shape_of(p.sizes.outputs, p.sizes.cells)));
  ATOLL_ASSIGN(const float weight, input_scale(context, kProjection));
  p.projection = numerics::quantize_multiplier(static_cast<double>(weight * hidden_scale / scales.output_state));
  p.has_projection_bias = context.has_input(kProjectionBias);
  if (p.has_projection_bias) {
    ATOLL_TRY(expect_input(context, kProjectionBias, "projection bias", {DType::kInt32},
                           {static_cast<int32_t>(p.sizes.outputs)}));
  }
  const std::vector<float>& output = context.output(0).quant.scale;
  if (output.size() != 1) return context.error(ErrorCode::kInvalid, "its output needs one scale");
  if (clip > 0) p.projection_clip = static_cast<int8_t>(std::clamp(clip / output[0], -128.0f, 127.0f));
  return {};
}

}  // namespace

Result<PreparedKernel> prepare_unidirectional_lstm_int8(const OpContext& context) {
  const auto& attrs = context.attrs<graph::UnidirectionalLstmAttrs>();
  if (attrs.diagonal_recurrent_tensors) {
    return context.error(ErrorCode::kUnsupported, "diagonal recurrent weights are not supported; store whole matrices");
  }
  Parameters p;
  ATOLL_TRY(read_sizes(context, attrs.time_major, p.sizes));
  ATOLL_ASSIGN(p.output_state,
               state_view(context, kOutputState, "output state", DType::kInt8, p.sizes.batch * p.sizes.outputs));
  ATOLL_ASSIGN(p.cell_state,
               state_view(context, kCellState, "cell state", DType::kInt16, p.sizes.batch * p.sizes.cells));
  p.coupled = !context.has_input(kFirstInputWeights + kInput);
  p.normalized = context.has_input(kFirstNorm + kForget);
  p.input_zero_point = zero_point_of(context.input(0));
  p.output_zero_point = zero_point_of(context.input(kOutputState));
  Scales scales{};
  ATOLL_ASSIGN(scales.input, input_scale(context, 0));
  ATOLL_ASSIGN(scales.output_state, input_scale(context, kOutputState));
  ATOLL_TRY(read_cell_scale(context, attrs.cell_clip, p));
  for (const GateIndex index : {kInput, kForget, kCell, kOutput}) {
    if (index != kInput || !p.coupled) ATOLL_TRY(read_gate(context, scales, index, p));
  }
  ATOLL_TRY(read_output(context, scales, attrs.proj_clip, p));
  return PreparedKernel(std::make_unique<LstmInt8>(p));
}

}  // namespace atl::kernels::recurrent

// One direction of an LSTM on floats, weights of floats or 8-bit integers:
//   gate = sigmoid(W x + A aux + R h + p * c + bias)           for the input, forget and output gates
//   g    = activation(W x + A aux + R h + bias)
//   c    = clip(forget * c + input * g)                        coupled gates (no input gate): input = 1 - forget
//   y    = h = clip(P (output * activation(c)) + bias)         without a projection P: output * activation(c)
// With layer normalization, the sum of products is normalized to mean 0 and deviation 1 and multiplied by a coefficient
// before the bias. Integer weights: x, aux, h and what is projected are quantized vector by vector.
#pragma once

#include <vector>

#include "common/kernels/recurrent/inner_values.h"
#include "common/kernels/recurrent/operands.h"
#include "common/kernels/recurrent/vectors.h"

namespace atl::kernels::recurrent {

// Positions of a gate's operands among the operator's inputs.
struct GatePositions {
  size_t input = kAbsent, recurrent = kAbsent, aux = kAbsent, peephole = kAbsent, bias = kAbsent, norm = kAbsent;
};

struct LstmPositions {
  GatePositions input_gate, forget_gate, cell_gate, output_gate;
  size_t projection = kAbsent, projection_bias = kAbsent;
  size_t output_state = kAbsent, cell_state = kAbsent;
};

struct LstmSettings {
  graph::Activation activation = graph::Activation::kTanh;
  float cell_clip = 0, proj_clip = 0;  // 0: none
  bool asymmetric = false;             // how vectors are quantized
};

struct LstmSizes {
  int64_t batch = 0, inputs = 0, aux_inputs = 0;  // aux_inputs 0: none
  int64_t cells = 0, outputs = 0;
};

class LstmLayer {
 public:
  // Reads the numbers of cells and outputs off the output gate's weights, and checks every operand. kInvalid,
  // kUnsupported.
  static Result<LstmLayer> create(const OpContext& context, const LstmPositions& positions,
                                  const LstmSettings& settings, LstmSizes sizes);

  const LstmSizes& sizes() const { return sizes_; }

  // The views a run finds the states at.
  size_t output_state() const { return output_state_; }
  size_t cell_state() const { return cell_state_; }

  // Shows the values of inner_values.h at every step.
  void watch(SeeInnerValues see) { see_ = std::move(see); }

  // One step of `batch` sequences from their inputs; states move on, results go to y, y_stride apart.
  void step(std::span<const ConstView> inputs, int64_t batch, const float* x, const float* aux, float* output_state,
            float* cell_state, float* y, int64_t y_stride);

 private:
  struct Gate {
    Matrix input, recurrent, aux;
    size_t peephole = kAbsent, bias = kAbsent, norm = kAbsent;
    float peephole_scale = 1;
  };
  static Result<Gate> create_gate(const OpContext& context, const GatePositions& positions, const LstmSizes& sizes);

  void prepare_vectors(Vectors& vectors, const float* values, int64_t batch, int64_t size);
  // The gate's sum of products with bias and normalization, before its activation, for `batch` sequences. `place`: of
  // what is normalized.
  void gate(std::span<const ConstView> inputs, Gate& gate, InnerValues place, const float* cell_state,
            std::vector<float>& out);
  void show(InnerValues place, std::span<const float> values) const;
  void add_peephole(const ConstView& weights, float scale, const float* cell_state, std::vector<float>& out) const;
  void normalize(std::span<const float> coefficients, std::vector<float>& out) const;
  void update_cells(float* cell_state) const;
  void project(std::span<const ConstView> inputs, float* output_state);

  LstmSettings settings_;
  LstmSizes sizes_;
  bool coupled_ = false;  // no input gate
  bool is_float_ = true;
  Gate input_gate_, forget_gate_, cell_gate_, output_gate_;
  Matrix projection_;
  size_t projection_bias_ = kAbsent;
  size_t output_state_ = 0, cell_state_ = 0;

  SeeInnerValues see_;  // may be empty

  int64_t batch_ = 0;  // of the step under way
  Vectors x_, aux_, hidden_, projected_;
  std::vector<float> input_, forget_, update_, output_;
  products::DynamicScratch scratch_;
};

}  // namespace atl::kernels::recurrent

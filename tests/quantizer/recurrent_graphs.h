// Small float models of recurrent layers: every variant of an LSTM, and SVDF.
#pragma once

#include <string>
#include <vector>

#include "tests/quantizer/sample_graphs.h"

namespace atl::quantizer::test {

struct LstmVariant {
  bool input_gate = true, peepholes = false, projection = false, normalized = false, time_major = false;
  int32_t batch = 2, time = 6, inputs = 5, cells = 8;
  float weights = 1;  // largest
  float cell_clip = 0;
  graph::Activation activation = graph::Activation::kTanh;

  int32_t outputs() const { return projection ? 6 : cells; }
  std::string name() const {
    std::string text = input_gate ? "input gate" : "coupled gates";
    if (peepholes) text += ", peepholes";
    if (projection) text += ", projection";
    if (normalized) text += ", layer normalization";
    if (time_major) text += ", time major";
    return text;
  }
};

// A variable tensor, which the operator keeps from one invocation to the next.
inline int32_t add_state(GraphBuilder& builder, const std::string& name, const graph::Shape& shape) {
  const int32_t state = builder.add_input(name, DType::kFloat32, shape);
  builder.subgraph().inputs.pop_back();
  builder.tensor(state).is_variable = true;
  return state;
}

// Different constants of the same kind have different values.
inline int32_t add_weights(GraphBuilder& builder, const std::string& name, const graph::Shape& shape, float low,
                           float high) {
  const auto count = static_cast<size_t>(graph::num_elements(shape));
  std::vector<float> values = spread(count, low, high);
  size_t turn = 0;
  for (const char c : name) turn = turn * 31 + static_cast<size_t>(c);
  std::rotate(values.begin(), values.begin() + static_cast<int64_t>(turn % count), values.end());
  return builder.add_constant(name, shape, values);
}

inline graph::Model lstm_model(const LstmVariant& v) {
  GraphBuilder b;
  const int32_t outputs = v.outputs();
  const graph::Shape sequence =
      v.time_major ? graph::Shape{v.time, v.batch, v.inputs} : graph::Shape{v.batch, v.time, v.inputs};
  std::vector<int32_t> operands(24, graph::kNoTensor);
  operands[0] = b.add_input("x", DType::kFloat32, sequence);
  for (size_t gate = 0; gate < 4; ++gate) {
    if (gate == 0 && !v.input_gate) continue;
    const std::string name = "gate" + std::to_string(gate);
    operands[1 + gate] = add_weights(b, name + "/w", {v.cells, v.inputs}, -v.weights, 0.8f * v.weights);
    operands[5 + gate] = add_weights(b, name + "/r", {v.cells, outputs}, -0.5f * v.weights, 0.6f * v.weights);
    operands[12 + gate] = add_weights(b, name + "/b", {v.cells}, -0.2f, 0.5f);
    if (v.normalized) operands[20 + gate] = add_weights(b, name + "/n", {v.cells}, 0.4f, 1.2f);
    if (v.peepholes && gate != 2) {
      operands[9 + (gate == 3 ? 2 : gate)] = add_weights(b, name + "/p", {v.cells}, -0.3f, 0.3f);
    }
  }
  if (v.projection) {
    operands[16] = add_weights(b, "p/w", {outputs, v.cells}, -0.7f, 0.9f);
    operands[17] = add_weights(b, "p/b", {outputs}, -0.1f, 0.2f);
  }
  operands[18] = add_state(b, "h", {v.batch, outputs});
  operands[19] = add_state(b, "c", {v.batch, v.cells});
  graph::UnidirectionalLstmAttrs attrs;
  attrs.activation = v.activation;
  attrs.time_major = v.time_major;
  attrs.cell_clip = v.cell_clip;
  b.mark_output(b.add_op(OpKind::kUnidirectionalSequenceLstm, attrs, operands, {"y"}));
  return b.finish();
}

struct SvdfVariant {
  int32_t batch = 1, features = 6, units = 4, rank = 2, memory = 5;
  bool bias = true;
  graph::Activation activation = graph::Activation::kRelu;
};

inline graph::Model svdf_model(const SvdfVariant& v) {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {v.batch, v.features});
  const int32_t filters = v.units * v.rank;
  const int32_t features = add_weights(b, "features", {filters, v.features}, -1, 0.9f);
  const int32_t time = add_weights(b, "time", {filters, v.memory}, -0.8f, 1);
  const int32_t bias = v.bias ? add_weights(b, "bias", {v.units}, -0.1f, 0.4f) : graph::kNoTensor;
  const int32_t state = add_state(b, "state", {v.batch, filters * v.memory});
  graph::SvdfAttrs attrs;
  attrs.rank = v.rank;
  attrs.activation = v.activation;
  b.mark_output(b.add_op(OpKind::kSvdf, attrs, {x, features, time, bias, state}, {"y"}));
  return b.finish();
}

}  // namespace atl::quantizer::test

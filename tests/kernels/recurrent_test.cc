// Recurrent layers against their definitions in double, their state, and operands that don't fit.
#include <cmath>

#include "common/kernels/recurrent/inner_values.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::Shape;

namespace {

int32_t add_state(graph::GraphBuilder& builder, const Shape& shape, bool variable = true) {
  const int32_t state = builder.add_input("state", DType::kFloat32, shape);
  builder.subgraph().inputs.pop_back();
  builder.tensor(state).is_variable = variable;
  return state;
}

// Runs a model of one float input twice, and once more after the state is cleared.
std::vector<std::vector<float>> run_three_times(const graph::Model& model, const std::vector<float>& x) {
  const Status verified = graph::verify(model);
  if (!verified.ok()) FAIL(verified.error().text());
  auto interpreter = Interpreter::create(model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  std::vector<std::vector<float>> results;
  for (int i = 0; i < 3; ++i) {
    if (i == 2) interpreter->clear_state();
    interpreter->set_input(0, bytes_of(x));
    REQUIRE(interpreter->invoke().ok());
    results.push_back(values_of<float>(interpreter->output(0).bytes));
  }
  return results;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Lstm {
  int batch = 2, time = 3, inputs = 5, cells = 4;
  std::vector<std::vector<float>> w, r, bias;  // input, forget, cell, output
};

Lstm draw_lstm(Draw& draw) {
  Lstm lstm;
  for (int gate = 0; gate < 4; ++gate) {
    lstm.w.push_back(draw.floats(lstm.cells * lstm.inputs)), lstm.r.push_back(draw.floats(lstm.cells * lstm.cells));
    lstm.bias.push_back(draw.floats(lstm.cells));
  }
  return lstm;
}

std::vector<double> expected(const Lstm& lstm, const std::vector<float>& x, std::vector<double>& h,
                             std::vector<double>& c) {
  std::vector<double> y;
  for (int t = 0; t < lstm.time; ++t) {
    for (int b = 0; b < lstm.batch; ++b) {
      std::vector<double> gates[4];
      for (int gate = 0; gate < 4; ++gate) {
        for (int cell = 0; cell < lstm.cells; ++cell) {
          const auto at = static_cast<size_t>(cell);
          double sum = lstm.bias[gate][at];
          for (int k = 0; k < lstm.inputs; ++k) {
            sum += static_cast<double>(lstm.w[gate][at * lstm.inputs + k]) * x[(t * lstm.batch + b) * lstm.inputs + k];
          }
          for (int k = 0; k < lstm.cells; ++k) sum += lstm.r[gate][at * lstm.cells + k] * h[b * lstm.cells + k];
          gates[gate].push_back(gate == 2 ? std::tanh(sum) : sigmoid(sum));
        }
      }
      for (int cell = 0; cell < lstm.cells; ++cell) {
        double& state = c[b * lstm.cells + cell];
        state = gates[1][cell] * state + gates[0][cell] * gates[2][cell];
        h[b * lstm.cells + cell] = gates[3][cell] * std::tanh(state);
        y.push_back(h[b * lstm.cells + cell]);
      }
    }
  }
  return y;
}

graph::Model lstm_model(const Lstm& lstm, bool variable = true, int cell_state = 4) {
  graph::GraphBuilder builder;
  std::vector<int32_t> operands = {builder.add_input("x", DType::kFloat32, {lstm.time, lstm.batch, lstm.inputs})};
  for (const auto& w : lstm.w) operands.push_back(builder.add_constant<float>("w", {lstm.cells, lstm.inputs}, w));
  for (const auto& r : lstm.r) operands.push_back(builder.add_constant<float>("r", {lstm.cells, lstm.cells}, r));
  operands.insert(operands.end(), 3, graph::kNoTensor);
  for (const auto& bias : lstm.bias) operands.push_back(builder.add_constant<float>("b", {lstm.cells}, bias));
  operands.insert(operands.end(), 2, graph::kNoTensor);
  operands.push_back(add_state(builder, {lstm.batch, lstm.cells}, variable));
  operands.push_back(add_state(builder, {lstm.batch, cell_state}));
  graph::UnidirectionalLstmAttrs attrs;
  attrs.activation = graph::Activation::kTanh, attrs.time_major = true;
  builder.mark_output(
      builder.add_op(graph::OpKind::kUnidirectionalSequenceLstm, attrs, operands, {"y", DType::kFloat32}));
  return builder.finish();
}

}  // namespace

TEST_CASE("a float LSTM follows its equations and keeps its state") {
  Draw draw(5);
  for (int round = 0; round < 10; ++round) {
    const Lstm lstm = draw_lstm(draw);
    const auto x = draw.floats(lstm.time * lstm.batch * lstm.inputs);
    const auto results = run_three_times(lstm_model(lstm), x);
    std::vector<double> h(static_cast<size_t>(lstm.batch * lstm.cells), 0.0), c = h;
    for (int run = 0; run < 2; ++run) {
      const auto wanted = expected(lstm, x, h, c);
      for (size_t i = 0; i < wanted.size(); ++i) {
        REQUIRE(static_cast<double>(results[run][i]) == Approx(wanted[i]).margin(2e-6));
      }
    }
    CHECK(results[0] != results[1]);
    CHECK(results[0] == results[2]);
  }
}

TEST_CASE("a float LSTM shows its cells and hidden values at every time step") {
  Draw draw(6);
  const Lstm lstm = draw_lstm(draw);
  const auto x = draw.floats(lstm.time * lstm.batch * lstm.inputs);
  const graph::Model model = lstm_model(lstm);
  std::vector<float> cells, hidden;
  InterpreterOptions options;
  options.preserve_all = true;
  options.watch = [&](size_t op, size_t place, std::span<const float> values) {
    CHECK(op == 0);
    // Without layer normalization gates have no sums to show.
    REQUIRE((place == recurrent::kCells || place == recurrent::kHiddenValues));
    std::vector<float>& seen = place == recurrent::kCells ? cells : hidden;
    seen.insert(seen.end(), values.begin(), values.end());
  };
  auto interpreter = Interpreter::create(model, options);
  REQUIRE(interpreter.ok());
  interpreter->set_input(0, {reinterpret_cast<const uint8_t*>(x.data()), x.size() * sizeof(float)});
  REQUIRE(interpreter->invoke().ok());
  const auto y = interpreter->output(0).as<float>();
  CHECK(hidden == std::vector<float>(y.begin(), y.end()));  // without a projection they are the outputs
  const auto state = interpreter->tensor(static_cast<size_t>(model.main().ops[0].inputs[19])).as<float>();
  REQUIRE(cells.size() == state.size() * static_cast<size_t>(lstm.time));
  CHECK(std::equal(state.begin(), state.end(), cells.end() - static_cast<int64_t>(state.size())));
}

TEST_CASE("an LSTM whose operands don't fit is refused with the operand's name") {
  Draw draw(6);
  Lstm lstm = draw_lstm(draw);
  CHECK(error_of(lstm_model(lstm, false)).find("output state (input 18) is no variable tensor") != std::string::npos);
  CHECK(error_of(lstm_model(lstm, true, 5)).find("cell state is float32") != std::string::npos);
}

TEST_CASE("SVDF moves its memory on and keeps it") {
  graph::GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 1});
  const int32_t features = builder.add_constant<float>("f", {2, 1}, {1, 10});
  const int32_t time = builder.add_constant<float>("t", {2, 3}, {1, 2, 3, 4, 5, 6});
  const int32_t state = add_state(builder, {1, 6});
  builder.mark_output(builder.add_op(graph::OpKind::kSvdf, graph::SvdfAttrs{.rank = 2},
                                     {x, features, time, graph::kNoTensor, state}, {"y", DType::kFloat32}));
  const auto results = run_three_times(builder.finish(), {1});
  CHECK(results[0] == std::vector<float>{3 + 60});
  CHECK(results[1] == std::vector<float>{2 + 3 + 50 + 60});
  CHECK(results[2] == results[0]);
}

TEST_CASE("a simple recurrent layer adds its last output") {
  graph::GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 3, 1});
  const int32_t w = builder.add_constant<float>("w", {1, 1}, {2}), r = builder.add_constant<float>("r", {1, 1}, {0.5f});
  const int32_t bias = builder.add_constant<float>("b", {1}, {1});
  const int32_t state = add_state(builder, {1, 1});
  builder.mark_output(builder.add_op(graph::OpKind::kUnidirectionalSequenceRnn, graph::SequenceRnnAttrs{},
                                     {x, w, r, bias, state}, {"y", DType::kFloat32}));
  const auto results = run_three_times(builder.finish(), {1, 2, -4});
  CHECK(results[0] == std::vector<float>{3, 6.5f, -3.75f});
  CHECK(results[1] == std::vector<float>{1.125f, 5.5625f, -4.21875f});
  CHECK(results[2] == results[0]);
}

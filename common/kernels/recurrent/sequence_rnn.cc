// UNIDIRECTIONAL_SEQUENCE_RNN: h = y = activation(W x + R h + bias), over time. Inputs: x (batch x time x features, or
// time first), W (units x features), R (units x units), bias, state (batch x units).
#include <algorithm>

#include "common/kernels/recurrent/kernels.h"
#include "common/kernels/recurrent/operands.h"
#include "common/kernels/recurrent/vectors.h"

namespace atl::kernels::recurrent {
namespace {

struct RnnShape {
  int64_t batch, time, features, units;
};

class SequenceRnn final : public Kernel {
 public:
  SequenceRnn(const RnnShape& shape, const graph::SequenceRnnAttrs& attrs, Matrix input, Matrix recurrent, size_t state)
      : shape_(shape), attrs_(attrs), input_(std::move(input)), recurrent_(std::move(recurrent)), state_(state) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const float* x = inputs[0].as<float>().data();
    float* y = outputs[0].as<float>().data();
    float* state = outputs[state_].as<float>().data();
    if (attrs_.time_major) {
      for (int64_t t = 0; t < shape_.time; ++t) {
        step(inputs, x + t * shape_.batch * shape_.features, shape_.batch, state, y + t * shape_.batch * shape_.units);
      }
      return {};
    }
    for (int64_t i = 0; i < shape_.batch * shape_.time; ++i) {
      step(inputs, x + i * shape_.features, 1, state + i / shape_.time * shape_.units, y + i * shape_.units);
    }
    return {};
  }

 private:
  void step(std::span<const ConstView> inputs, const float* x, int64_t batch, float* state, float* y) {
    const std::span<const float> bias = inputs[3].as<float>();
    for (int64_t b = 0; b < batch; ++b) std::copy(bias.begin(), bias.end(), y + b * shape_.units);
    multiply(inputs, input_, x, batch, shape_.features, y);
    multiply(inputs, recurrent_, state, batch, shape_.units, y);
    for (int64_t i = 0; i < batch * shape_.units; ++i) state[i] = y[i] = activate(attrs_.activation, y[i]);
  }

  void multiply(std::span<const ConstView> inputs, Matrix& matrix, const float* x, int64_t batch, int64_t size,
                float* y) {
    vectors_.values = x, vectors_.count = batch, vectors_.size = size;
    if (!matrix.is_float()) {
      products::quantize_rows(x, batch, size, attrs_.asymmetric_quantize_inputs, vectors_.quantized);
    }
    matrix.accumulate(inputs, vectors_, y, shape_.units, scratch_);
  }

  RnnShape shape_;
  graph::SequenceRnnAttrs attrs_;
  Matrix input_, recurrent_;
  size_t state_;
  Vectors vectors_;
  products::DynamicScratch scratch_;
};

}  // namespace

Result<PreparedKernel> prepare_sequence_rnn(const OpContext& context) {
  const auto& attrs = context.attrs<graph::SequenceRnnAttrs>();
  const graph::Shape& x = context.input(0).shape;
  RnnShape shape{x[0], x[1], x[2], context.input(1).shape[0]};
  if (attrs.time_major) std::swap(shape.batch, shape.time);
  ATOLL_ASSIGN(Matrix input, Matrix::create(context, 1, "weights", shape.units, shape.features));
  ATOLL_ASSIGN(Matrix recurrent, Matrix::create(context, 2, "recurrent weights", shape.units, shape.units));
  if (input.is_float() != recurrent.is_float()) {
    return context.error(ErrorCode::kUnsupported, "its weights are {} and its recurrent weights {}; one type is needed",
                         graph::dtype_name(context.input(1).type), graph::dtype_name(context.input(2).type));
  }
  ATOLL_TRY(
      expect_input(context, 3, "bias", {graph::DType::kFloat32}, graph::Shape{static_cast<int32_t>(shape.units)}));
  ATOLL_ASSIGN(const size_t state, state_view(context, 4, "state", graph::DType::kFloat32, shape.batch * shape.units));
  return PreparedKernel(std::make_unique<SequenceRnn>(shape, attrs, std::move(input), std::move(recurrent), state));
}

}  // namespace atl::kernels::recurrent

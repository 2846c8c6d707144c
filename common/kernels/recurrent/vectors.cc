#include "common/kernels/recurrent/vectors.h"

#include <algorithm>
#include <cmath>

#include "common/kernels/recurrent/operands.h"
#include "common/numerics/elementary.h"
#include "common/numerics/rational_functions.h"

namespace atl::kernels::recurrent {

void apply_sigmoid(std::span<float> values) {
  constexpr float kLow = -104.0f, kHigh = 16.6355324f;  // beyond, the result is 0 and 1
  const size_t grouped = values.size() / 4 * 4;
  for (size_t i = 0; i < values.size(); ++i) {
    const float x = values[i];
    if (std::isnan(x)) continue;
    const float bounded = std::clamp(x, kLow, kHigh);
    const float e = i < grouped ? numerics::rational_exp(bounded) : numerics::exp_float(bounded);
    values[i] = x < kLow ? 0.0f : e / (1.0f + e);
  }
}

float tanh(float x) { return numerics::rational_tanh(x); }

float activate(graph::Activation activation, float x) {
  switch (activation) {
    case graph::Activation::kNone: return x;
    case graph::Activation::kRelu: return std::max(0.0f, x);
    case graph::Activation::kReluN1To1: return std::max(-1.0f, std::min(x, 1.0f));
    case graph::Activation::kRelu6: return std::max(0.0f, std::min(x, 6.0f));
    case graph::Activation::kTanh: return tanh(x);
    case graph::Activation::kSignBit: return std::signbit(x) ? 1.0f : 0.0f;
  }
  return x;
}

float dot(const float* a, const float* b, int64_t count) {
  constexpr int64_t kLanes = 4;
  float lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  }
  float sum = lanes[0] + lanes[1] + lanes[2] + lanes[3];
  for (; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

Result<Matrix> Matrix::create(const OpContext& context, size_t i, const char* what, int64_t rows, int64_t columns) {
  using graph::DType;
  ATOLL_TRY(expect_input(context, i, what, {DType::kFloat32, DType::kInt8, DType::kUint8},
                         {static_cast<int32_t>(rows), static_cast<int32_t>(columns)}));
  Matrix matrix;
  matrix.position_ = i, matrix.rows_ = rows, matrix.columns_ = columns;
  matrix.is_float_ = context.input(i).type == DType::kFloat32;
  if (matrix.is_float_) return matrix;
  ATOLL_ASSIGN(matrix.scale_, input_scale(context, i));
  matrix.bytes_ = products::ByteWeights::for_floats(context, i);
  return matrix;
}

void Matrix::accumulate(std::span<const ConstView> inputs, const Vectors& x, float* out, int64_t stride,
                        products::DynamicScratch& scratch) {
  if (!is_float_) {
    products::accumulate(x.quantized, bytes_.rows(inputs[position_], 0, columns_), rows_, {{&scale_, 1}}, out, stride,
                         scratch);
    return;
  }
  const float* weights = inputs[position_].as<float>().data();
  for (int64_t i = 0; i < x.count; ++i) {
    for (int64_t j = 0; j < rows_; ++j) {
      out[i * stride + j] += dot(weights + j * columns_, x.values + i * columns_, columns_);
    }
  }
}

}  // namespace atl::kernels::recurrent

#include "common/kernels/recurrent/vectors.h"

#include <algorithm>
#include <cmath>

#include "common/kernels/recurrent/operands.h"
#include "common/numerics/elementary.h"

namespace atl::kernels::recurrent {

namespace {

// e^x for x in [-104, 17], in float32: 2^m * e^r with |r| <= ln(2) / 2, m * ln(2) taken off in two parts, and e^r a
// polynomial of degree 6. (Coefficients: Eigen's pexp_float.)
float exp_by_polynomial(float x) {
  const float m = std::floor(x * 1.44269504088896341f + 0.5f);
  float r = m * -0.693359375f + x;
  r = m * 2.12194440e-4f + r;
  const float r2 = r * r;
  const float even =
      r2 * (r2 * 1.37449637986719608306884765625e-3f + 4.166965186595916748046875e-2f) + 0.49999988079071044921875f;
  const float odd = r2 * 8.36894474923610687255859375e-3f + 0.16666518151760101318359375f;
  const float tail = r * odd + even;
  return std::ldexp(r2 * tail + (r + 1.0f), static_cast<int>(m));
}

}  // namespace

void apply_sigmoid(std::span<float> values) {
  constexpr float kLow = -104.0f, kHigh = 16.6355324f;  // beyond, the result is 0 and 1
  const size_t grouped = values.size() / 4 * 4;
  for (size_t i = 0; i < values.size(); ++i) {
    const float x = values[i];
    if (std::isnan(x)) continue;
    const float bounded = std::clamp(x, kLow, kHigh);
    const float e = i < grouped ? exp_by_polynomial(bounded) : numerics::exp_float(bounded);
    values[i] = x < kLow ? 0.0f : e / (1.0f + e);
  }
}

float tanh(float x) {
  constexpr float kBound = 7.90738964080810547f;  // where the quotient becomes 1
  if (std::isnan(x)) return x;
  const float y = std::clamp(x, -kBound, kBound);
  const float y2 = y * y;
  float p = 1.394553628e-8f;
  for (const float coefficient : {2.102733560e-5f, 3.520756727e-3f, 1.340216100e-1f}) p = p * y2 + coefficient;
  float q = 8.015776984e-7f;
  for (const float coefficient : {3.326951409e-4f, 2.597254514e-2f, 4.673548340e-1f, 1.0f}) q = q * y2 + coefficient;
  return (y2 * y * p + y) / q;
}

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

// What recurrent layers on floats are made of: activations of vectors, and products of vectors with matrices of either
// floats or 8-bit integers.
#pragma once

#include <span>
#include <vector>

#include "common/kernels/interface/op_context.h"
#include "common/kernels/products/byte_weights.h"
#include "common/kernels/products/dynamic_rows.h"

namespace atl::kernels::recurrent {

// The reference computes these two with Eigen, whose results are up to some units in the last place away from the
// correctly rounded ones. Where a vector is quantized next, such a unit is not nothing: so these take the same steps.
// 1 / (1 + e^-x), as e / (1 + e); the exponential is Eigen's polynomial in whole groups of four, e^x after that.
void apply_sigmoid(std::span<float> values);
// A rational function of degrees 9 and 8.
float tanh(float x);

// Any activation of the schema.
float activate(graph::Activation activation, float x);

// Sum of a[i] * b[i] in the reference's order: four sums side by side, added up, then what is left over.
float dot(const float* a, const float* b, int64_t count);

// Vectors that several matrices are multiplied with.
struct Vectors {
  const float* values = nullptr;
  int64_t count = 0, size = 0;
  products::DynamicRows quantized;  // for matrices of integers
};

// A weight matrix, rows x columns.
class Matrix {
 public:
  Matrix() = default;
  // Input i of the operator has this shape and is float32, or int8 or uint8 with one scale; all matrices of a layer
  // are of one kind. kInvalid, kUnsupported.
  static Result<Matrix> create(const OpContext& context, size_t i, const char* what, int64_t rows, int64_t columns);

  bool present() const { return rows_ != 0; }
  bool is_float() const { return is_float_; }

  // out[i * stride + j] += sum over k of x[i][k] * w[j][k]. Float sums have the reference's order (dot).
  void accumulate(std::span<const ConstView> inputs, const Vectors& x, float* out, int64_t stride,
                  products::DynamicScratch& scratch);

 private:
  size_t position_ = 0;
  int64_t rows_ = 0, columns_ = 0;
  bool is_float_ = true;
  float scale_ = 1;
  products::ByteWeights bytes_;
};

}  // namespace atl::kernels::recurrent

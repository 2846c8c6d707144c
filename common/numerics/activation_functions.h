// Activation functions in float32, step by step as the reference computes them, with the exponentials of elementary.h.
#pragma once

namespace atl::numerics {

// 1 / (1 + e^-x); below -9 e^x, above 16.619047 1.
float logistic_float(float x);
// x, or e^x - 1 below 0.
float elu_float(float x);
// GELU, x / 2 * erfc(-x / sqrt(2)), and its approximation, x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))): for
// tables with the functions of elementary.h, for tensors with those of rational_functions.h.
float gelu_for_table(float x);
float gelu_approximate_for_table(float x);
float gelu_float(float x);
float gelu_float_alone(float x);  // of elements outside of vectors (rational_functions.h)
float gelu_approximate_float(float x);

}  // namespace atl::numerics

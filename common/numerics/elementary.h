// Elementary functions, correctly rounded to float32 whatever the machine, the compiler and its C library.
//
// The reference runtime calls the platform's libm, whose float32 functions are nearly always, but not always, correctly
// rounded; tables made of them must not depend on the machine they are made on. Here a first value in double decides
// where it can; where it lies too near to the middle of two float32 values, one in double-double arithmetic does.
// Arguments beyond a function's domain give NaN, as in C; NaN gives NaN.
#pragma once

namespace atl::numerics {

float exp_float(float x);
float expm1_float(float x);  // e^x - 1
float log_float(float x);
float sin_float(float x);  // radians, any size
float cos_float(float x);
float tanh_float(float x);
float erfc_float(float x);  // 2 / sqrt(pi) * integral from x of e^(-t^2)

// x^y with the special values of C's pow. Exact results and ties are recognized when they lie within 2^-75 of the
// computed value, which no other pair of float32 operands is expected to.
float pow_float(float x, float y);

// The double nearest to e^x (to within 2^-90 of a tie); |x| <= 700.
double exp_double(double x);

}  // namespace atl::numerics

// exp, erfc and tanh in float32 as the reference evaluates them in GELU on float32 tensors and in recurrent layers:
// minimax approximations in plain float32 steps, without fused multiply-adds, up to several units in the last place
// off. (Elsewhere it uses the C library's functions; elementary.h has ours.) Source of the approximations: Eigen, which
// LiteRT compiles in.
#pragma once

namespace atl::numerics {

float rational_exp(float x);  // -121 <= x <= 88
float rational_erfc(float x);
// With a correctly rounded exp: elements that don't fill a vector of 4 any more (the last n mod 4 of a tensor) are
// computed so, with the C library's function.
float rational_erfc_alone(float x);
float rational_tanh(float x);

}  // namespace atl::numerics

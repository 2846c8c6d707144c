// erfc and tanh in float32 as the reference's GELU on float32 tensors evaluates them: minimax approximations in plain
// float32 steps, without fused multiply-adds, up to several units in the last place off. (GELU's tables use the C
// library's functions instead; elementary.h has ours.) Source of the approximations: Eigen, which LiteRT compiles in;
// with these steps GELU on float32 equals LiteRT 2.3.0 bit for bit.
#pragma once

namespace atl::numerics {

float rational_erfc(float x);
float rational_tanh(float x);

}  // namespace atl::numerics

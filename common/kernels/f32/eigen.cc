#include "common/kernels/f32/eigen.h"

#include <Eigen/Dense>

namespace atl::kernels::f32 {

void multiply_add_bias(ConstRows a, ConstRows b, std::span<const float> bias, Rows out) {
  out.noalias() = a * b.transpose();
  if (bias.empty()) return;
  out.rowwise() += Eigen::Map<const Eigen::RowVectorXf>(bias.data(), static_cast<Index>(bias.size()));
}

}  // namespace atl::kernels::f32

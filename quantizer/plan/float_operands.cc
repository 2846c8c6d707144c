#include "quantizer/plan/float_operands.h"

#include <cstring>

#include "common/base/check.h"

namespace atl::quantizer {

std::vector<float> float_values(const graph::Tensor& tensor) {
  ATOLL_CHECK(tensor.is_constant() && tensor.type == graph::DType::kFloat32, "{}", tensor.name);
  std::vector<float> values(tensor.data->size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), tensor.data->data(), values.size() * sizeof(float));
  return values;
}

}  // namespace atl::quantizer

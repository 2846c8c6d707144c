// Scales and zero points of a tensor, one or as many as an axis has indices, found by element.
#pragma once

#include <vector>

#include "common/kernels/int/quantized.h"

namespace atl::kernels::integer {

class ChannelParams {
 public:
  // The parameters of a tensor of the operator. kInvalid without any, or when they don't fit its shape.
  static Result<ChannelParams> make(const OpContext& context, const graph::Tensor& tensor, const std::string& label);

  bool per_channel() const { return params_.size() > 1; }
  const QuantParams& first() const { return params_.front(); }
  const QuantParams& of_element(size_t i) const { return params_[i / inner_ % params_.size()]; }

 private:
  std::vector<QuantParams> params_;
  size_t inner_ = 1;  // elements from one channel to the next
};

}  // namespace atl::kernels::integer

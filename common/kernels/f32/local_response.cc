// LOCAL_RESPONSE_NORMALIZATION: y = x (bias + alpha s)^-beta, with s the sum of the squares of channels c - radius to
// c + radius - 1, in their order. (That the last one is left out is the reference's.)
#include <algorithm>

#include "common/kernels/f32/reduce_kernels.h"
#include "common/kernels/interface/op_context.h"
#include "common/numerics/elementary.h"

namespace atl::kernels::f32 {
namespace {

class LocalResponse final : public Kernel {
 public:
  explicit LocalResponse(const OpContext& context)
      : attrs_(context.attrs<graph::LrnAttrs>()), channels_(context.input(0).shape.back()) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    float* output = outputs[0].as<float>().data();
    for (size_t begin = 0; begin < input.size(); begin += static_cast<size_t>(channels_)) {
      pixel(&input[begin], output + begin);
    }
    return {};
  }

 private:
  void pixel(const float* x, float* y) const {
    for (int64_t c = 0; c < channels_; ++c) {
      float sum = 0;
      const int64_t last = std::min<int64_t>(channels_, c + attrs_.radius);
      for (int64_t k = std::max<int64_t>(0, c - attrs_.radius); k < last; ++k) sum += x[k] * x[k];
      y[c] = x[c] * numerics::pow_float(attrs_.bias + attrs_.alpha * sum, -attrs_.beta);
    }
  }

  graph::LrnAttrs attrs_;
  int64_t channels_;
};

}  // namespace

Result<PreparedKernel> prepare_local_response(const OpContext& context) {
  const graph::Shape& shape = context.input(0).shape;
  if (shape.size() != 4 || shape.back() == 0) {
    return context.error(ErrorCode::kInvalid, "its input has shape {}; 4 axes are needed", graph::shape_text(shape));
  }
  return PreparedKernel(std::make_unique<LocalResponse>(context));
}

}  // namespace atl::kernels::f32

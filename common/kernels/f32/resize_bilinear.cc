// RESIZE_BILINEAR in float32; of uint8 too, where the blend gets 1/2 and is truncated. The scale of an axis is I / O,
// with aligned corners (I - 1) / (O - 1); the place of output pixel i is i scale, for half pixel centers (i + 1/2)
// scale - 1/2. The four products are formed and added in the reference's order.
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/kernels/f32/reduce_kernels.h"
#include "common/kernels/interface/blend_pixels.h"
#include "common/kernels/interface/steered_op.h"

namespace atl::kernels::f32 {
namespace {

// The two pixels that an output pixel lies between, and their weights.
struct Taps {
  int64_t low, high;
  float low_weight, high_weight;
};

std::vector<Taps> taps_of(int32_t input, int32_t output, const graph::ResizeAttrs& attrs) {
  const bool aligned = attrs.align_corners && output > 1;
  const float scale =
      static_cast<float>(aligned ? input - 1 : input) / static_cast<float>(aligned ? output - 1 : output);
  std::vector<Taps> taps;
  for (int32_t i = 0; i < output; ++i) {
    const auto at = static_cast<float>(i);
    const float place = attrs.half_pixel_centers ? (at + 0.5f) * scale - 0.5f : at * scale;
    const int64_t low = std::clamp<int64_t>(static_cast<int64_t>(std::floor(place)), 0, input - 1);
    const int64_t high = std::clamp<int64_t>(static_cast<int64_t>(std::ceil(place)), 0, input - 1);
    const float weight = place - static_cast<float>(low);
    taps.push_back({low, high, 1.0f - weight, weight});
  }
  return taps;
}

template <typename T>
class ResizeBilinear final : public Kernel {
 public:
  explicit ResizeBilinear(const OpContext& context) : op_(context, {1}) {
    const graph::Shape &in = context.input(0).shape, &out = context.output(0).shape;
    const auto& attrs = context.attrs<graph::ResizeAttrs>();
    rows_ = taps_of(in[1], out[1], attrs);
    columns_ = taps_of(in[2], out[2], attrs);
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    blend_pixels(op_.input_shape(0), rows_, columns_, inputs[0].as<T>().data(), outputs[0].as<T>().data(), blend);
    return {};
  }

 private:
  static void blend(const T* above, const T* below, const Taps& y, const Taps& x, int64_t channels, T* to) {
    constexpr float kRounding = std::numeric_limits<T>::is_integer ? 0.5f : 0.0f;
    const T *left_above = above + x.low * channels, *left_below = below + x.low * channels;
    const T *right_above = above + x.high * channels, *right_below = below + x.high * channels;
    for (int64_t c = 0; c < channels; ++c) {
      const float sum = static_cast<float>(left_above[c]) * y.low_weight * x.low_weight +
                        static_cast<float>(left_below[c]) * y.high_weight * x.low_weight +
                        static_cast<float>(right_above[c]) * y.low_weight * x.high_weight +
                        static_cast<float>(right_below[c]) * y.high_weight * x.high_weight;
      to[c] = static_cast<T>(sum + kRounding);
    }
  }

  SteeredOp op_;
  std::vector<Taps> rows_, columns_;
};

}  // namespace

Result<PreparedKernel> prepare_resize_bilinear(const OpContext& context) {
  if (context.output(0).type == graph::DType::kUint8) {
    return PreparedKernel(std::make_unique<ResizeBilinear<uint8_t>>(context));
  }
  return PreparedKernel(std::make_unique<ResizeBilinear<float>>(context));
}

}  // namespace atl::kernels::f32

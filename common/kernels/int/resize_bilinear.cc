// RESIZE_BILINEAR of int8 and int16, in fixed point: places have 10 bits behind the point, so a blend of four pixels
// has 20 and is rounded half away from zero. The scale of an axis is round((I << 10) / O), with aligned corners
// round(((I - 1) << 10) / (O - 1)); the place of output pixel i is i scale, for half pixel centers i scale + scale/2 -
// 512.
#include <algorithm>

#include "common/kernels/int/quantized.h"
#include "common/kernels/int/reduce_kernels.h"
#include "common/kernels/interface/steered_op.h"

namespace atl::kernels::integer {
namespace {

constexpr int64_t kOne = 1 << 10;

// The two pixels that an output pixel lies between, and their weights, which sum to 1024.
struct Taps {
  int64_t low, high;
  int64_t low_weight, high_weight;
};

std::vector<Taps> taps_of(int64_t input, int64_t output, const graph::ResizeAttrs& attrs) {
  const bool aligned = attrs.align_corners && output > 1;
  const int64_t steps = aligned ? output - 1 : output;
  const int64_t scale = (kOne * (aligned ? input - 1 : input) + steps / 2) / steps;
  std::vector<Taps> taps;
  for (int64_t i = 0; i < output; ++i) {
    const int64_t place = i * scale + (attrs.half_pixel_centers ? scale / 2 - kOne / 2 : 0);
    // A rounded scale may lead beyond the last pixel of a large image, where the reference reads what lies there.
    const int64_t low = std::clamp<int64_t>(place / kOne, 0, input - 1);
    const int64_t high = std::clamp<int64_t>((place + kOne - 1) / kOne, 0, input - 1);
    const int64_t weight = place - low * kOne;
    taps.push_back({low, high, kOne - weight, weight});
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
    const graph::Shape& in = op_.input_shape(0);
    const int64_t pixel = in[3], line = in[2] * pixel, image = in[1] * line;
    const T* from = inputs[0].as<T>().data();
    T* to = outputs[0].as<T>().data();
    for (int32_t n = 0; n < in[0]; ++n, from += image) {
      for (const Taps& y : rows_) {
        for (const Taps& x : columns_) {
          blend(from + y.low * line, from + y.high * line, y, x, pixel, to);
          to += pixel;
        }
      }
    }
    return {};
  }

 private:
  static void blend(const T* above, const T* below, const Taps& y, const Taps& x, int64_t channels, T* to) {
    const int64_t weights[] = {y.low_weight * x.low_weight, y.high_weight * x.low_weight, y.low_weight * x.high_weight,
                               y.high_weight * x.high_weight};
    const T *left_above = above + x.low * channels, *left_below = below + x.low * channels;
    const T *right_above = above + x.high * channels, *right_below = below + x.high * channels;
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t sum = left_above[c] * weights[0] + left_below[c] * weights[1] + right_above[c] * weights[2] +
                          right_below[c] * weights[3];
      to[c] = static_cast<T>((sum + (sum > 0 ? kOne * kOne / 2 : -kOne * kOne / 2)) / (kOne * kOne));
    }
  }

  SteeredOp op_;
  std::vector<Taps> rows_, columns_;
};

}  // namespace

Result<PreparedKernel> prepare_resize_bilinear(const OpContext& context) {
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    return PreparedKernel(std::make_unique<ResizeBilinear<typename Tag::Type>>(context));
  });
}

}  // namespace atl::kernels::integer

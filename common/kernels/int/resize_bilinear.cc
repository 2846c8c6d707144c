// RESIZE_BILINEAR of int8 and int16, in fixed point: places have 10 bits behind the point, so a blend of four pixels
// has 20 and is rounded half away from zero. The scale of an axis is round((I << 10) / O), with aligned corners
// round(((I - 1) << 10) / (O - 1)); the place of output pixel i is i scale, for half pixel centers i scale + scale/2 -
// 512.
#include <algorithm>
#include <cstdlib>

#include "common/kernels/int/quantized.h"
#include "common/kernels/int/reduce_kernels.h"
#include "common/kernels/interface/blend_pixels.h"
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

// Whether 8-bit pixels blend within 32 bits: places that lie beyond the image have weights outside [0, 1024].
bool is_narrow(const std::vector<Taps>& taps) {
  return std::all_of(taps.begin(), taps.end(), [](const Taps& tap) {
    return std::max(std::abs(tap.low_weight), std::abs(tap.high_weight)) <= 3 * kOne / 2;
  });
}

// Sum is a type that four products of a pixel and two weights fit.
template <typename T, typename Sum>
class ResizeBilinear final : public Kernel {
 public:
  ResizeBilinear(const OpContext& context, std::vector<Taps> rows, std::vector<Taps> columns)
      : op_(context, {1}), rows_(std::move(rows)), columns_(std::move(columns)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    blend_pixels(op_.input_shape(0), rows_, columns_, inputs[0].as<T>().data(), outputs[0].as<T>().data(), blend);
    return {};
  }

 private:
  static void blend(const T* above, const T* below, const Taps& y, const Taps& x, int64_t channels, T* to) {
    const auto weight = [](int64_t vertical, int64_t horizontal) { return static_cast<Sum>(vertical * horizontal); };
    const Sum w0 = weight(y.low_weight, x.low_weight), w1 = weight(y.high_weight, x.low_weight);
    const Sum w2 = weight(y.low_weight, x.high_weight), w3 = weight(y.high_weight, x.high_weight);
    const T *left_above = above + x.low * channels, *left_below = below + x.low * channels;
    const T *right_above = above + x.high * channels, *right_below = below + x.high * channels;
    constexpr Sum kHalf = kOne * kOne / 2;
    for (int64_t c = 0; c < channels; ++c) {
      const Sum sum = left_above[c] * w0 + left_below[c] * w1 + right_above[c] * w2 + right_below[c] * w3;
      to[c] = static_cast<T>((sum + (sum > 0 ? kHalf : -kHalf)) / Sum{kOne * kOne});
    }
  }

  SteeredOp op_;
  std::vector<Taps> rows_, columns_;
};

template <typename T, typename Sum>
Result<PreparedKernel> make(const OpContext& context, std::vector<Taps> rows, std::vector<Taps> columns) {
  return PreparedKernel(std::make_unique<ResizeBilinear<T, Sum>>(context, std::move(rows), std::move(columns)));
}

}  // namespace

Result<PreparedKernel> prepare_resize_bilinear(const OpContext& context) {
  const graph::Shape &in = context.input(0).shape, &out = context.output(0).shape;
  const auto& attrs = context.attrs<graph::ResizeAttrs>();
  std::vector<Taps> rows = taps_of(in[1], out[1], attrs), columns = taps_of(in[2], out[2], attrs);
  const bool narrow = is_narrow(rows) && is_narrow(columns);
  if (context.output(0).type == graph::DType::kInt16) {
    return make<int16_t, int64_t>(context, std::move(rows), std::move(columns));
  }
  return narrow ? make<int8_t, int32_t>(context, std::move(rows), std::move(columns))
                : make<int8_t, int64_t>(context, std::move(rows), std::move(columns));
}

}  // namespace atl::kernels::integer

// AVERAGE_POOL_2D: sum of the valid taps over their number; MAX_POOL_2D: their maximum; L2_POOL_2D: square root of the
// sum of their squares over their number; then the fused activation.
#include <limits>

#include "common/kernels/f32/eigen.h"
#include "common/kernels/f32/kernels.h"
#include "common/kernels/f32/reduce_kernels.h"
#include "common/kernels/interface/im2col.h"

namespace atl::kernels::f32 {
namespace {

struct Average {
  static constexpr float kStart = 0;
  static void take(Array& sums, const ConstArray& tap) { sums += tap; }
  static void finish(Array& sums, int64_t taps) { sums /= static_cast<float>(taps); }
};

struct Maximum {
  static constexpr float kStart = std::numeric_limits<float>::lowest();
  static void take(Array& largest, const ConstArray& tap) { largest = largest.max(tap); }
  static void finish(Array&, int64_t) {}
};

struct RootMeanSquare {
  static constexpr float kStart = 0;
  static void take(Array& sums, const ConstArray& tap) { sums += tap * tap; }
  static void finish(Array& sums, int64_t taps) { sums = (sums / static_cast<float>(taps)).sqrt(); }
};

template <typename Reduction>
class Pool2D final : public Kernel {
 public:
  Pool2D(const Window& window, FloatRange range) : window_(window), range_(range) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const float* input = inputs[0].as<float>().data();
    float* out = outputs[0].as<float>().data();
    const int64_t image_size = window_.y.input * window_.x.input * window_.in_channels;
    for (int64_t image = 0; image < window_.batch; ++image) {
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, out += window_.out_channels) {
          pixel(input + image * image_size, y, x, Array(out, window_.out_channels));
        }
      }
    }
    clamp(outputs[0].as<float>(), range_);
    return {};
  }

 private:
  void pixel(const float* image, int64_t y, int64_t x, Array result) const {
    const int64_t start_y = window_.y.first(y), start_x = window_.x.first(x);
    const TapRange rows = taps_inside(window_.y, start_y), columns = taps_inside(window_.x, start_x);
    result.setConstant(Reduction::kStart);
    for (int64_t ky = rows.first; ky < rows.last; ++ky) {
      for (int64_t kx = columns.first; kx < columns.last; ++kx) {
        const float* tap = image + ((start_y + ky) * window_.x.input + start_x + kx) * window_.in_channels;
        Reduction::take(result, ConstArray(tap, window_.in_channels));
      }
    }
    const int64_t taps = (rows.last - rows.first) * (columns.last - columns.first);
    ATOLL_CHECK(taps > 0, "a pooling window lies outside its image");
    Reduction::finish(result, taps);
  }

  Window window_;
  FloatRange range_;
};

template <typename Reduction>
Result<PreparedKernel> prepare_pool(const OpContext& context) {
  const auto& attrs = context.attrs<graph::Pool2DAttrs>();
  ATOLL_ASSIGN(const FloatRange range, float_range(context, attrs.activation));
  const Window window = make_window(context.input(0), context.output(0), attrs.padding,
                                    {attrs.stride_h, attrs.stride_w, attrs.filter_h, attrs.filter_w, 1, 1});
  return PreparedKernel(std::make_unique<Pool2D<Reduction>>(window, range));
}

}  // namespace

Result<PreparedKernel> prepare_average_pool_2d(const OpContext& context) { return prepare_pool<Average>(context); }

Result<PreparedKernel> prepare_l2_pool_2d(const OpContext& context) { return prepare_pool<RootMeanSquare>(context); }

Result<PreparedKernel> prepare_max_pool_2d(const OpContext& context) { return prepare_pool<Maximum>(context); }

}  // namespace atl::kernels::f32

// AVERAGE_POOL_2D: the sum of the valid taps over their number n, rounded half away from zero ((sum + n/2) / n for
// positive sums, (sum - n/2) / n otherwise, C division); MAX_POOL_2D: their maximum. No zero point is taken off; the
// result is clamped.
#include <algorithm>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"
#include "common/kernels/interface/im2col.h"

namespace atl::kernels::integer {
namespace {

struct Average {
  static constexpr int32_t kStart = 0;
  static void take(int32_t& sum, int32_t x) { sum += x; }
  static int32_t finish(int32_t sum, int32_t n) { return sum > 0 ? (sum + n / 2) / n : (sum - n / 2) / n; }
};

struct Maximum {
  static constexpr int32_t kStart = std::numeric_limits<int32_t>::min();
  static void take(int32_t& largest, int32_t x) { largest = std::max(largest, x); }
  static int32_t finish(int32_t largest, int32_t) { return largest; }
};

template <typename T, typename Reduction>
class Pool2D final : public Kernel {
 public:
  Pool2D(const Window& window, numerics::IntRange range) : window_(window), range_(range) {
    sums_.resize(static_cast<size_t>(window.out_channels));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const T> input = inputs[0].as<T>();
    T* output = outputs[0].as<T>().data();
    const int64_t image_size = window_.y.input * window_.x.input * window_.in_channels;
    for (int64_t image = 0; image < window_.batch; ++image) {
      for (int64_t y = 0; y < window_.y.output; ++y) {
        for (int64_t x = 0; x < window_.x.output; ++x, output += window_.out_channels) {
          pixel(input.data() + image * image_size, y, x, output);
        }
      }
    }
    return {};
  }

 private:
  void pixel(const T* image, int64_t y, int64_t x, T* output) {
    const int64_t start_y = window_.y.first(y), start_x = window_.x.first(x);
    const TapRange rows = taps_inside(window_.y, start_y), columns = taps_inside(window_.x, start_x);
    std::fill(sums_.begin(), sums_.end(), Reduction::kStart);
    for (int64_t ky = rows.first; ky < rows.last; ++ky) {
      for (int64_t kx = columns.first; kx < columns.last; ++kx) {
        const T* tap = image + ((start_y + ky) * window_.x.input + start_x + kx) * window_.in_channels;
        for (size_t c = 0; c < sums_.size(); ++c) Reduction::take(sums_[c], tap[c]);
      }
    }
    const int64_t taps = (rows.last - rows.first) * (columns.last - columns.first);
    ATOLL_CHECK(taps > 0, "a pooling window lies outside its image");
    for (size_t c = 0; c < sums_.size(); ++c) {
      output[c] = static_cast<T>(range_.clamp(Reduction::finish(sums_[c], static_cast<int32_t>(taps))));
    }
  }

  Window window_;
  numerics::IntRange range_;
  std::vector<int32_t> sums_;
};

template <typename Reduction>
Result<PreparedKernel> prepare_pool(const OpContext& context) {
  const auto& attrs = context.attrs<graph::Pool2DAttrs>();
  ATOLL_ASSIGN(const numerics::IntRange range, output_range(context, attrs.activation));
  const Window window = make_window(context.input(0), context.output(0), attrs.padding,
                                    {attrs.stride_h, attrs.stride_w, attrs.filter_h, attrs.filter_w, 1, 1});
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    return PreparedKernel(std::make_unique<Pool2D<typename Tag::Type, Reduction>>(window, range));
  });
}

}  // namespace

Result<PreparedKernel> prepare_average_pool_2d(const OpContext& context) { return prepare_pool<Average>(context); }

Result<PreparedKernel> prepare_max_pool_2d(const OpContext& context) { return prepare_pool<Maximum>(context); }

}  // namespace atl::kernels::integer

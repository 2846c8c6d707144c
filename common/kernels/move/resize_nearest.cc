// RESIZE_NEAREST_NEIGHBOR: output pixel i shows input pixel floor((i + offset) scale), or with aligned corners the
// nearest one, ties away from zero, at most the last. scale is I / O, aligned (I - 1) / (O - 1); offset is 1/2 for half
// pixel centers. All in float32.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "common/kernels/interface/steered_op.h"
#include "common/kernels/move/kernels.h"
#include "common/kernels/move/pieces.h"

namespace atl::kernels::move {
namespace {

std::vector<int64_t> sources(int32_t input, int32_t output, const graph::ResizeAttrs& attrs) {
  const float scale = attrs.align_corners && output > 1 ? static_cast<float>(input - 1) / static_cast<float>(output - 1)
                                                        : static_cast<float>(input) / static_cast<float>(output);
  const float offset = attrs.half_pixel_centers ? 0.5f : 0.0f;
  std::vector<int64_t> places;
  for (int32_t i = 0; i < output; ++i) {
    const float at = (static_cast<float>(i) + offset) * scale;
    const auto place = static_cast<int64_t>(attrs.align_corners ? std::round(at) : std::floor(at));
    places.push_back(std::clamp<int64_t>(place, 0, input - 1));
  }
  return places;
}

class ResizeNearest final : public Kernel {
 public:
  explicit ResizeNearest(const OpContext& context) : op_(context, {1}) {
    const graph::Shape &in = context.input(0).shape, &out = context.output(0).shape;
    const auto& attrs = context.attrs<graph::ResizeAttrs>();
    rows_ = sources(in[1], out[1], attrs);
    columns_ = sources(in[2], out[2], attrs);
    batch_ = in[0];
    pixel_ = static_cast<size_t>(in[3]) * element_bytes(context.input(0).type);
    line_ = static_cast<size_t>(in[2]) * pixel_;
    image_ = static_cast<size_t>(in[1]) * line_;
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    uint8_t* to = outputs[0].bytes.data();
    for (int32_t image = 0; image < batch_; ++image) {
      const uint8_t* from = inputs[0].bytes.data() + static_cast<size_t>(image) * image_;
      for (size_t y = 0; y < rows_.size(); ++y) to = row(from, y, to);
    }
    return {};
  }

 private:
  uint8_t* row(const uint8_t* image, size_t y, uint8_t* to) const {
    const size_t line = columns_.size() * pixel_;
    if (y > 0 && rows_[y] == rows_[y - 1]) {
      std::memcpy(to, to - line, line);
      return to + line;
    }
    const uint8_t* from = image + static_cast<size_t>(rows_[y]) * line_;
    for (const int64_t x : columns_) {
      std::memcpy(to, from + static_cast<size_t>(x) * pixel_, pixel_);
      to += pixel_;
    }
    return to;
  }

  SteeredOp op_;
  std::vector<int64_t> rows_, columns_;  // the input's row of each row of the output; column likewise
  int32_t batch_ = 0;
  size_t pixel_ = 0, line_ = 0, image_ = 0;  // bytes of the input's
};

}  // namespace

Result<PreparedKernel> prepare_resize_nearest(const OpContext& context) {
  return PreparedKernel(std::make_unique<ResizeNearest>(context));
}

}  // namespace atl::kernels::move

// MEAN: the sum, in the order of the elements, over their number.
#include <algorithm>

#include "common/kernels/f32/eigen.h"
#include "common/kernels/f32/kernels.h"
#include "common/kernels/interface/index_list.h"
#include "common/kernels/interface/reduce_layout.h"

namespace atl::kernels::f32 {
namespace {

class Mean final : public Kernel {
 public:
  explicit Mean(const OpContext& context) : label_(context.label()), shape_(context.input(0).shape) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<float> output = outputs[0].as<float>();
    const std::vector<int64_t> axes = read_indices(inputs[1]);
    const auto layout = make_reduce_layout(shape_, axes, static_cast<int64_t>(output.size()));
    if (!layout) {
      return make_error(ErrorCode::kInvalid, "{}: axes {} of shape {} don't leave the output's {} elements", label_,
                        fmt::join(axes, " "), graph::shape_text(shape_), output.size());
    }
    const std::span<const float> input = inputs[0].as<float>();
    std::fill(output.begin(), output.end(), 0.0f);
    layout->for_each(
        [&](int64_t from, int64_t to) { output[static_cast<size_t>(to)] += input[static_cast<size_t>(from)]; });
    Array(output.data(), static_cast<Index>(output.size())) /= static_cast<float>(std::max<int64_t>(layout->count, 1));
    return {};
  }

 private:
  std::string label_;
  graph::Shape shape_;
};

}  // namespace

Result<PreparedKernel> prepare_mean(const OpContext& context) {
  return PreparedKernel(std::make_unique<Mean>(context));
}

}  // namespace atl::kernels::f32

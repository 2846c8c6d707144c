// MEAN: acc = sum of x - zx * n over the n reduced elements (int32); y = M(acc) + zo. The division by n is folded into
// the multiplier of sx / so: with k = min(floor(log2 n), 32, 31 + exponent), its value becomes floor(value * 2^k / n),
// its exponent less by k.
#include <algorithm>
#include <bit>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"
#include "common/kernels/interface/index_list.h"
#include "common/kernels/interface/reduce_layout.h"

namespace atl::kernels::integer {
namespace {

numerics::Multiplier divided_by(numerics::Multiplier m, int64_t n) {
  const int log2 = 63 - std::countl_zero(static_cast<uint64_t>(n));
  const int k = std::min({log2, 32, 31 + m.exponent});
  return {static_cast<int32_t>((int64_t{m.value} << k) / n), m.exponent - k};
}

template <typename T>
class Mean final : public Kernel {
 public:
  Mean(const OpContext& context, QuantParams in, QuantParams out)
      : label_(context.label()),
        shape_(context.input(0).shape),
        in_(in),
        out_(out),
        scale_(numerics::quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale))),
        range_(type_range(context.output(0).type)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<T> output = outputs[0].as<T>();
    const std::vector<int64_t> axes = read_indices(inputs[1]);
    const auto layout = make_reduce_layout(shape_, axes, static_cast<int64_t>(output.size()));
    if (!layout) {
      return make_error(ErrorCode::kInvalid, "{}: axes {} of shape {} don't leave the output's {} elements", label_,
                        fmt::join(axes, " "), graph::shape_text(shape_), output.size());
    }
    sums_.assign(output.size(), 0);
    const std::span<const T> input = inputs[0].as<T>();
    layout->for_each(
        [&](int64_t from, int64_t to) { sums_[static_cast<size_t>(to)] += input[static_cast<size_t>(from)]; });
    const int64_t n = std::max<int64_t>(layout->count, 1);  // of nothing, the mean is zero
    const numerics::Multiplier multiplier = divided_by(scale_, n);
    const auto offset = static_cast<int32_t>(in_.zero_point * layout->count);
    for (size_t i = 0; i < output.size(); ++i) {
      const int32_t y = numerics::multiply_by_quantized_multiplier(sums_[i] - offset, multiplier) + out_.zero_point;
      output[i] = static_cast<T>(range_.clamp(y));
    }
    return {};
  }

 private:
  std::string label_;
  graph::Shape shape_;
  QuantParams in_, out_;
  numerics::Multiplier scale_;
  numerics::IntRange range_;
  std::vector<int32_t> sums_;
};

}  // namespace

Result<PreparedKernel> prepare_mean(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    return PreparedKernel(std::make_unique<Mean<typename Tag::Type>>(context, in, out));
  });
}

}  // namespace atl::kernels::integer

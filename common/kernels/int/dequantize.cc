// DEQUANTIZE.
//   one scale:    y = float32(double(s) * (q - z))
//   per channel:  y = s * (q - z) in float32
//   float16:      exact
#include "common/kernels/int/channel_params.h"
#include "common/kernels/int/kernels.h"
#include "common/kernels/int/narrow_types.h"
#include "common/kernels/interface/elementwise.h"
#include "common/numerics/half.h"

namespace atl::kernels::integer {
namespace {

// Reader(const ConstView&) gives an object whose [i] is element i as an integer.
template <typename Reader>
class Dequantize final : public Kernel {
 public:
  Dequantize(ChannelParams params, Reader reader) : params_(std::move(params)), reader_(reader) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const auto input = reader_(inputs[0]);
    const std::span<float> output = outputs[0].as<float>();
    if (params_.per_channel()) {
      for (size_t i = 0; i < output.size(); ++i) {
        const QuantParams& params = params_.of_element(i);
        output[i] = params.scale * static_cast<float>(input[i] - params.zero_point);
      }
      return {};
    }
    const auto scale = static_cast<double>(params_.first().scale);
    const int32_t zero_point = params_.first().zero_point;
    for (size_t i = 0; i < output.size(); ++i) output[i] = static_cast<float>(scale * (input[i] - zero_point));
    return {};
  }

 private:
  ChannelParams params_;
  Reader reader_;
};

template <typename Reader>
PreparedKernel make(ChannelParams params, Reader reader) {
  return std::make_unique<Dequantize<Reader>>(std::move(params), reader);
}

struct NarrowElements {
  NarrowType type;
  std::span<const uint8_t> bytes;

  int32_t operator[](size_t i) const { return type.get(bytes, i); }
};

}  // namespace

Result<PreparedKernel> prepare_dequantize(const OpContext& context) {
  const graph::Tensor& input = context.input(0);
  ATOLL_ASSIGN(ChannelParams params, ChannelParams::make(context, input, context.input_label(0)));
  if (is_narrow(input.type)) {
    return make(std::move(params), [type = narrow_type(input.type)](const ConstView& view) {
      return NarrowElements{type, view.bytes};
    });
  }
  return with_integer_type(input.type, [&]<typename Tag>(Tag) {
    return make(std::move(params), [](const ConstView& view) { return view.as<typename Tag::Type>(); });
  });
}

Result<PreparedKernel> prepare_dequantize_half(const OpContext&) {
  return make_unary<uint16_t, float>(numerics::half_to_float);
}

}  // namespace atl::kernels::integer

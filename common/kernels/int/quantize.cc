// QUANTIZE.
//   from float32:    y = clamp(round_half_away(x / s) + z), a float32 division; s and z of the channel, if they have
//   one from an integer: y = clamp(M(q - zi, si / so) + zo); M of numerics/multiplier.h
#include <algorithm>

#include "common/kernels/int/channel_params.h"
#include "common/kernels/int/kernels.h"
#include "common/kernels/int/narrow_types.h"

namespace atl::kernels::integer {
namespace {

int32_t quantized(float x, const QuantParams& params) {
  const int64_t y = int64_t{numerics::round_half_away(x / params.scale)} + params.zero_point;
  return numerics::saturate<int32_t>(y);
}

template <typename T>
class Quantize final : public Kernel {
 public:
  explicit Quantize(ChannelParams params) : params_(std::move(params)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    const std::span<T> output = outputs[0].as<T>();
    for (size_t i = 0; i < input.size(); ++i) {
      const QuantParams& params = params_.per_channel() ? params_.of_element(i) : params_.first();
      output[i] = numerics::saturate<T>(quantized(input[i], params));
    }
    return {};
  }

 private:
  ChannelParams params_;
};

class QuantizeNarrow final : public Kernel {
 public:
  QuantizeNarrow(QuantParams params, NarrowType type) : params_(params), type_(type) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    std::fill(outputs[0].bytes.begin(), outputs[0].bytes.end(), uint8_t{0});
    for (size_t i = 0; i < input.size(); ++i) {
      const int32_t y = std::clamp(quantized(input[i], params_), type_.lowest(), type_.highest());
      type_.put(outputs[0].bytes, i, y);
    }
    return {};
  }

 private:
  QuantParams params_;
  NarrowType type_;
};

template <typename In, typename Out>
class Requantize final : public Kernel {
 public:
  Requantize(QuantParams in, QuantParams out)
      : in_(in),
        out_(out),
        multiplier_(numerics::quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale))) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const In> input = inputs[0].as<In>();
    const std::span<Out> output = outputs[0].as<Out>();
    for (size_t i = 0; i < input.size(); ++i) {
      const auto centred = static_cast<int32_t>(int64_t{input[i]} - in_.zero_point);
      const int64_t y = int64_t{numerics::multiply_by_quantized_multiplier(centred, multiplier_)} + out_.zero_point;
      output[i] = numerics::saturate<Out>(y);
    }
    return {};
  }

 private:
  QuantParams in_, out_;
  numerics::Multiplier multiplier_;
};

}  // namespace

Result<PreparedKernel> prepare_quantize(const OpContext& context) {
  const graph::Tensor& output = context.output(0);
  if (is_narrow(output.type)) {
    ATOLL_ASSIGN(const QuantParams out, output_quant(context));
    return PreparedKernel(std::make_unique<QuantizeNarrow>(out, narrow_type(output.type)));
  }
  ATOLL_ASSIGN(ChannelParams params, ChannelParams::make(context, output, context.output_label(0)));
  return with_integer_type(output.type, [&]<typename Tag>(Tag) {
    return PreparedKernel(std::make_unique<Quantize<typename Tag::Type>>(std::move(params)));
  });
}

Result<PreparedKernel> prepare_requantize(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  return with_integer_type(context.input(0).type, [&]<typename In>(In) {
    return with_integer_type(context.output(0).type, [&]<typename Out>(Out) {
      return PreparedKernel(std::make_unique<Requantize<typename In::Type, typename Out::Type>>(in, out));
    });
  });
}

}  // namespace atl::kernels::integer

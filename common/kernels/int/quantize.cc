// QUANTIZE.
//   from float32:    y = clamp(round_half_away(x / s) + z), a float32 division
//   from an integer: y = clamp(M(q - zi, si / so) + zo); M of numerics/multiplier.h
#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
class Quantize final : public Kernel {
 public:
  explicit Quantize(QuantParams out) : out_(out) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    const std::span<T> output = outputs[0].as<T>();
    for (size_t i = 0; i < input.size(); ++i) {
      output[i] = numerics::saturate<T>(int64_t{numerics::round_half_away(input[i] / out_.scale)} + out_.zero_point);
    }
    return {};
  }

 private:
  QuantParams out_;
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
      const auto centred = static_cast<int32_t>(input[i] - in_.zero_point);
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
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    return PreparedKernel(std::make_unique<Quantize<typename Tag::Type>>(out));
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

// RELU and RELU6: y = clamp(M(q - zi, si / so) + zo) to the activation's range; si / so is a float32 quotient.
#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
class Relu final : public Kernel {
 public:
  Relu(QuantParams in, QuantParams out, numerics::IntRange range)
      : in_(in),
        out_(out),
        multiplier_(numerics::quantize_multiplier(static_cast<double>(in.scale / out.scale))),
        range_(range) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const T> input = inputs[0].as<T>();
    const std::span<T> output = outputs[0].as<T>();
    for (size_t i = 0; i < input.size(); ++i) {
      const auto centred = static_cast<int32_t>(input[i] - in_.zero_point);
      const int32_t y = numerics::multiply_by_quantized_multiplier(centred, multiplier_) + out_.zero_point;
      output[i] = static_cast<T>(range_.clamp(y));
    }
    return {};
  }

 private:
  QuantParams in_, out_;
  numerics::Multiplier multiplier_;
  numerics::IntRange range_;
};

Result<PreparedKernel> prepare(const OpContext& context, graph::Activation activation) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  ATOLL_ASSIGN(const numerics::IntRange range, output_range(context, activation));
  return with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    return PreparedKernel(std::make_unique<Relu<typename Tag::Type>>(in, out, range));
  });
}

}  // namespace

Result<PreparedKernel> prepare_relu(const OpContext& context) { return prepare(context, graph::Activation::kRelu); }

Result<PreparedKernel> prepare_relu6(const OpContext& context) { return prepare(context, graph::Activation::kRelu6); }

}  // namespace atl::kernels::integer

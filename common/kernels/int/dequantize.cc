// DEQUANTIZE.
//   one scale:    y = float32(double(s) * (q - z))
//   per channel:  y = s * (q - z) in float32
//   float16:      exact
#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/half.h"

namespace atl::kernels::integer {
namespace {

template <typename T>
class Dequantize final : public Kernel {
 public:
  explicit Dequantize(QuantParams in) : in_(in) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const T> input = inputs[0].as<T>();
    const std::span<float> output = outputs[0].as<float>();
    const auto scale = static_cast<double>(in_.scale);
    for (size_t i = 0; i < input.size(); ++i) output[i] = static_cast<float>(scale * (input[i] - in_.zero_point));
    return {};
  }

 private:
  QuantParams in_;
};

template <typename T>
class DequantizePerChannel final : public Kernel {
 public:
  DequantizePerChannel(const graph::Quantization& quant, size_t inner) : quant_(quant), inner_(inner) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const T> input = inputs[0].as<T>();
    const std::span<float> output = outputs[0].as<float>();
    for (size_t i = 0; i < input.size(); ++i) {
      const size_t channel = i / inner_ % quant_.scale.size();
      const int64_t zero_point = quant_.zero_point.empty() ? 0 : quant_.zero_point[channel];
      output[i] = quant_.scale[channel] * static_cast<float>(input[i] - zero_point);
    }
    return {};
  }

 private:
  graph::Quantization quant_;
  size_t inner_;  // elements from one channel to the next
};

class Widen final : public Kernel {
 public:
  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const uint16_t> input = inputs[0].as<uint16_t>();
    const std::span<float> output = outputs[0].as<float>();
    for (size_t i = 0; i < input.size(); ++i) output[i] = numerics::half_to_float(input[i]);
    return {};
  }
};

}  // namespace

Result<PreparedKernel> prepare_dequantize(const OpContext& context) {
  const graph::Tensor& input = context.input(0);
  if (!input.quant.per_channel()) {
    ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
    return with_integer_type(input.type, [&]<typename Tag>(Tag) {
      return PreparedKernel(std::make_unique<Dequantize<typename Tag::Type>>(in));
    });
  }
  const auto axis = static_cast<size_t>(input.quant.axis);
  if (axis >= input.shape.size() || input.shape[axis] != static_cast<int32_t>(input.quant.scale.size())) {
    return context.error(ErrorCode::kInvalid, "{} has {} scales along axis {} of shape {}", context.input_label(0),
                         input.quant.scale.size(), input.quant.axis, graph::shape_text(input.shape));
  }
  size_t inner = 1;
  for (size_t i = axis + 1; i < input.shape.size(); ++i) inner *= static_cast<size_t>(input.shape[i]);
  return with_integer_type(input.type, [&]<typename Tag>(Tag) {
    return PreparedKernel(
        std::make_unique<DequantizePerChannel<typename Tag::Type>>(input.quant, std::max<size_t>(inner, 1)));
  });
}

Result<PreparedKernel> prepare_dequantize_half(const OpContext&) { return PreparedKernel(std::make_unique<Widen>()); }

}  // namespace atl::kernels::integer

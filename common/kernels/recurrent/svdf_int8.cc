// SVDF on int8 with a state of int16 and time weights of int16. Inputs as of the float form.
//   last place of the state = sat16(M(sum of (x - zx) w)), of the scale f32(f32(sx sw) / s_state)
//   y = clamp8(M(sum over the unit's filters of (time weights . state) + bias) + zo), of f32(f32(s_state st) / so)
// The fused activation must be RELU, and does nothing beyond the clamp to int8: as in the reference.
#include <algorithm>

#include "common/kernels/recurrent/kernels.h"
#include "common/kernels/recurrent/operands.h"
#include "common/numerics/multiplier.h"

namespace atl::kernels::recurrent {
namespace {

struct SvdfParameters {
  int64_t batch, features, filters, memory, rank;
  int32_t input_zero_point, output_zero_point;
  numerics::Multiplier feature, time;
  size_t state;  // view
};

class SvdfInt8 final : public Kernel {
 public:
  explicit SvdfInt8(const SvdfParameters& parameters) : p_(parameters) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<int16_t> state = outputs[p_.state].as<int16_t>();
    const int8_t* x = inputs[0].as<int8_t>().data();
    const int8_t* weights = inputs[1].as<int8_t>().data();
    std::copy(state.begin() + 1, state.end(), state.begin());
    for (int64_t b = 0; b < p_.batch; ++b) {
      for (int64_t f = 0; f < p_.filters; ++f) {
        int64_t sum = 0;
        for (int64_t k = 0; k < p_.features; ++k) {
          sum += (x[b * p_.features + k] - p_.input_zero_point) * weights[f * p_.features + k];
        }
        const int32_t scaled = numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(sum), p_.feature);
        state[static_cast<size_t>((b * p_.filters + f + 1) * p_.memory - 1)] = numerics::saturate<int16_t>(scaled);
      }
    }
    reduce(inputs[2].as<int16_t>().data(), state.data(), optional_input<int32_t>(inputs, 3),
           outputs[0].as<int8_t>().data());
    return {};
  }

 private:
  void reduce(const int16_t* time, const int16_t* state, std::span<const int32_t> bias, int8_t* y) const {
    const int64_t units = p_.filters / p_.rank;
    for (int64_t i = 0; i < p_.batch * units; ++i) {
      // The rank filters of a unit, and their places in memory, lie one after another.
      const int16_t* weights = time + i % units * p_.rank * p_.memory;
      const int16_t* places = state + i * p_.rank * p_.memory;
      int64_t sum = bias.empty() ? 0 : bias[static_cast<size_t>(i % units)];
      for (int64_t k = 0; k < p_.rank * p_.memory; ++k) sum += weights[k] * places[k];
      const int64_t scaled = numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(sum), p_.time);
      y[i] = numerics::saturate<int8_t>(scaled + p_.output_zero_point);
    }
  }

  SvdfParameters p_;
};

}  // namespace

Result<PreparedKernel> prepare_svdf_int8(const OpContext& context) {
  using graph::DType;
  const auto& attrs = context.attrs<graph::SvdfAttrs>();
  if (attrs.activation != graph::Activation::kRelu) {
    return context.error(ErrorCode::kUnsupported, "on int8 its activation is {}; the reference takes relu alone",
                         graph::activation_name(attrs.activation));
  }
  const graph::Shape &x = context.input(0).shape, &weights = context.input(1).shape, &time = context.input(2).shape;
  if (time.size() != 2 || time[1] < 1) {
    return context.error(ErrorCode::kInvalid, "its time weights have shape {}", graph::shape_text(time));
  }
  SvdfParameters p{x[0], x[1], weights[0], time[1], attrs.rank, 0, 0, {}, {}, 0};
  ATOLL_TRY(expect_input(context, 1, "feature weights", {DType::kInt8}, {weights[0], x[1]}));
  ATOLL_TRY(expect_input(context, 2, "time weights", {DType::kInt16}, {weights[0], time[1]}));
  if (context.has_input(3)) {
    ATOLL_TRY(expect_input(context, 3, "bias", {DType::kInt32}, {static_cast<int32_t>(p.filters / p.rank)}));
  }
  ATOLL_ASSIGN(p.state, state_view(context, 4, "state", DType::kInt16, p.batch * p.filters * p.memory));
  ATOLL_ASSIGN(const float input, input_scale(context, 0));
  ATOLL_ASSIGN(const float feature, input_scale(context, 1));
  ATOLL_ASSIGN(const float time_scale, input_scale(context, 2));
  ATOLL_ASSIGN(const float state, input_scale(context, 4));
  const graph::Quantization& output = context.output(0).quant;
  if (output.scale.size() != 1) return context.error(ErrorCode::kInvalid, "its output needs one scale");
  p.feature = numerics::quantize_multiplier(static_cast<double>(input * feature / state));
  p.time = numerics::quantize_multiplier(static_cast<double>(state * time_scale / output.scale[0]));
  p.input_zero_point = zero_point_of(context.input(0)), p.output_zero_point = zero_point_of(context.output(0));
  return PreparedKernel(std::make_unique<SvdfInt8>(p));
}

}  // namespace atl::kernels::recurrent

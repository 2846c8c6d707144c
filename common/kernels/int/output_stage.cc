#include "common/kernels/int/output_stage.h"

#include "common/kernels/interface/simd.h"

namespace atl::kernels::integer {
namespace {

struct Columns {
  const int32_t *sums, *bias, *value, *left, *right;
};

template <typename T>
inline __attribute__((always_inline)) void fast_row(const Columns& in, int32_t zero_point, numerics::IntRange range,
                                                    T* outputs, size_t count) {
  // Copies whose address nobody has: bytes that are written might otherwise be any of these.
  const Columns columns = in;
  T* __restrict const to = outputs;
  for (size_t c = 0; c < count; ++c) {
    const int32_t scaled = numerics::multiply_by_quantized_multiplier_in_range(
        columns.sums[c] + columns.bias[c], columns.value[c], columns.left[c], columns.right[c]);
    to[c] = static_cast<T>(range.clamp(scaled + zero_point));
  }
}

ATOLL_CLONES void fast_row_int8(const Columns& in, int32_t zero_point, numerics::IntRange range, int8_t* outputs,
                                size_t count) {
  fast_row(in, zero_point, range, outputs, count);
}

ATOLL_CLONES void fast_row_uint8(const Columns& in, int32_t zero_point, numerics::IntRange range, uint8_t* outputs,
                                 size_t count) {
  fast_row(in, zero_point, range, outputs, count);
}

bool in_fast_range(numerics::Multiplier m) { return m.value >= 0 && m.exponent >= -31 && m.exponent <= 31; }

}  // namespace

OutputStage::OutputStage(const std::vector<numerics::Multiplier>& multipliers, int32_t zero_point,
                         numerics::IntRange range)
    : multipliers_(multipliers), no_bias_(multipliers.size(), 0), zero_point_(zero_point), range_(range) {
  for (const numerics::Multiplier m : multipliers) {
    if (!in_fast_range(m)) {
      channels_ = {};
      return;
    }
    channels_.value.push_back(m.value);
    channels_.left.push_back(m.exponent > 0 ? m.exponent : 0);
    channels_.right.push_back(m.exponent > 0 ? 0 : -m.exponent);
  }
}

template <typename T>
void OutputStage::apply_to(const int32_t* sums, std::span<const int32_t> bias, T* outputs) const {
  const int32_t* added = bias.empty() ? no_bias_.data() : bias.data();
  if (sizeof(T) == 1 && !channels_.value.empty()) {
    const Columns columns{sums, added, channels_.value.data(), channels_.left.data(), channels_.right.data()};
    if constexpr (std::is_same_v<T, int8_t>) {
      fast_row_int8(columns, zero_point_, range_, outputs, multipliers_.size());
    } else if constexpr (std::is_same_v<T, uint8_t>) {
      fast_row_uint8(columns, zero_point_, range_, outputs, multipliers_.size());
    }
    return;
  }
  for (size_t c = 0; c < multipliers_.size(); ++c) {
    const int64_t scaled = numerics::multiply_by_quantized_multiplier(sums[c] + added[c], multipliers_[c]);
    outputs[c] = static_cast<T>(range_.clamp(numerics::saturate<int32_t>(scaled + zero_point_)));
  }
}

void OutputStage::apply(const int32_t* sums, std::span<const int32_t> bias, int8_t* outputs) const {
  apply_to(sums, bias, outputs);
}

void OutputStage::apply(const int32_t* sums, std::span<const int32_t> bias, uint8_t* outputs) const {
  apply_to(sums, bias, outputs);
}

void OutputStage::apply(const int32_t* sums, std::span<const int32_t> bias, int16_t* outputs) const {
  apply_to(sums, bias, outputs);
}

void WideOutputStage::apply(const int64_t* sums, std::span<const int64_t> bias, int16_t* outputs) const {
  for (size_t c = 0; c < multipliers_.size(); ++c) {
    const int64_t sum = sums[c] + (bias.empty() ? 0 : bias[c]);
    const int32_t scaled = narrow_
                               ? numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(sum), multipliers_[c])
                               : numerics::multiply_by_quantized_multiplier_64(sum, multipliers_[c]);
    outputs[c] = static_cast<int16_t>(range_.clamp(scaled));
  }
}

Result<std::vector<numerics::Multiplier>> convolution_multipliers(const OpContext& context,
                                                                  const ConvolutionOperands& operands,
                                                                  int64_t channels) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, operands.input));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const bool is_uint8 = context.input(operands.input).type == graph::DType::kUint8;
  if (is_uint8) ATOLL_TRY(input_quant(context, operands.weights));  // one scale: uint8 has no per-channel form
  ATOLL_ASSIGN(const std::vector<float> scales, weight_scales(context, operands.weights, operands.axis, channels));
  std::vector<numerics::Multiplier> multipliers;
  for (const float scale : scales) {
    const double product =
        is_uint8 ? static_cast<double>(in.scale * scale) : static_cast<double>(in.scale) * static_cast<double>(scale);
    multipliers.push_back(numerics::quantize_multiplier(product / static_cast<double>(out.scale)));
  }
  return multipliers;
}

bool sums_narrow(const OpContext& context, size_t bias, graph::DType quantized_bias_type) {
  if (quantized_bias_type == graph::DType::kInt32) return true;
  return quantized_bias_type == graph::DType::kFloat32 && context.has_input(bias) &&
         context.input(bias).type == graph::DType::kInt32;
}

}  // namespace atl::kernels::integer

// Functions of one value by tables (numerics/table.h): LOGISTIC, TANH, EXP, LOG, GELU and ELU on 8 bits; EXP, LOG, GELU
// and RSQRT on 16, where LOGISTIC and TANH have a table of their own (numerics/sigmoid16.h).
#include <cmath>
#include <string>

#include "common/kernels/int/byte_function.h"
#include "common/kernels/int/elementwise.h"
#include "common/kernels/int/quantized.h"
#include "common/numerics/activation_functions.h"
#include "common/numerics/elementary.h"
#include "common/numerics/sigmoid16.h"

namespace atl::kernels::integer {
namespace {

struct Quantizations {
  numerics::TableQuantization in, out;
};

Result<Quantizations> quantizations(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  return Quantizations{{in.scale, in.zero_point}, {out.scale, out.zero_point}};
}

Result<PreparedKernel> prepare_table(const OpContext& context, const numerics::FloatFunction& function) {
  ATOLL_ASSIGN(const Quantizations quant, quantizations(context));
  if (context.input(0).type != graph::DType::kInt16) {
    const numerics::IntRange range = type_range(context.input(0).type);
    return make_table_kernel(numerics::build_table(function, quant.in, quant.out, range));
  }
  const auto table = numerics::build_interpolation_table(function, quant.in, quant.out);
  return make_unary<int16_t, int16_t>([table](int16_t q) { return numerics::interpolate(table, q); });
}

struct InverseRoots {
  numerics::InterpolationTable table;
  std::string label;

  Status check(std::span<const int16_t> values) const {
    for (const int16_t q : values) {
      if (q < 0) return make_error(ErrorCode::kInvalid, "{}: the root of a negative value", label);
    }
    return {};
  }
  int16_t operator()(int16_t q) const { return numerics::interpolate(table, q); }
};

}  // namespace

Result<PreparedKernel> prepare_exp(const OpContext& context) { return prepare_table(context, numerics::exp_float); }

// Where there is no logarithm, the smallest output.
Result<PreparedKernel> prepare_log(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const auto smallest = static_cast<float>(type_range(context.output(0).type).low - out.zero_point) * out.scale;
  return prepare_table(context, [smallest](float x) { return x <= 0 ? smallest : numerics::log_float(x); });
}

Result<PreparedKernel> prepare_gelu(const OpContext& context) {
  const bool approximate = context.attrs<graph::GeluAttrs>().approximate;
  return prepare_table(context, approximate ? numerics::gelu_approximate_for_table : numerics::gelu_for_table);
}

Result<PreparedKernel> prepare_elu(const OpContext& context) { return prepare_table(context, numerics::elu_float); }

Result<PreparedKernel> prepare_logistic(const OpContext& context) {
  return prepare_table(context, [](float x) { return 1.0f / (1.0f + numerics::exp_float(-x)); });
}

Result<PreparedKernel> prepare_tanh(const OpContext& context) { return prepare_table(context, numerics::tanh_float); }

Result<PreparedKernel> prepare_logistic_16(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  return make_unary<int16_t, int16_t>(
      [scaling = numerics::logistic16_scaling(in.scale)](int16_t q) { return numerics::logistic16(q, scaling); });
}

Result<PreparedKernel> prepare_tanh_16(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams in, input_quant(context, 0));
  return make_unary<int16_t, int16_t>(
      [scaling = numerics::tanh16_scaling(in.scale)](int16_t q) { return numerics::tanh16(q, scaling); });
}

Result<PreparedKernel> prepare_rsqrt_16(const OpContext& context) {
  ATOLL_ASSIGN(const Quantizations quant, quantizations(context));
  const float largest = 32767 * quant.out.scale;
  const auto function = [largest](float x) { return x <= 0 ? largest : 1.0f / std::sqrt(x); };
  return make_unary<int16_t, int16_t>(
      InverseRoots{numerics::build_interpolation_table(function, quant.in, quant.out), context.label()});
}

}  // namespace atl::kernels::integer

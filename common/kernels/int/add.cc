// ADD on 8 bits: with t = 2 * max(sa, sb),
//   y = M(M((a - za) << 20, sa / t) + M((b - zb) << 20, sb / t), t / (2^20 * so)) + zo, clamped; M of
//   numerics/multiplier.h.
// The inner two are functions of one byte each: tables.
#include <algorithm>
#include <array>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"
#include "common/kernels/interface/broadcast.h"

namespace atl::kernels::integer {
namespace {

constexpr int kLeftShift = 20;

using ScaledTable = std::array<int32_t, 256>;  // by the operand's bit pattern

template <typename T>
ScaledTable make_table(QuantParams operand, double scale) {
  const numerics::Multiplier multiplier = numerics::quantize_multiplier(scale);
  ScaledTable table{};
  for (size_t i = 0; i < table.size(); ++i) {
    const int32_t value = static_cast<T>(i) - operand.zero_point;
    table[i] = numerics::multiply_by_quantized_multiplier(numerics::wrapping_shift_left(value, kLeftShift), multiplier);
  }
  return table;
}

struct Addition {
  ScaledTable a{}, b{};
  numerics::Multiplier output;
  int32_t zero_point = 0;
  numerics::IntRange range{};

  int32_t operator()(uint8_t x, uint8_t y) const {
    const int32_t sum = a[x] + b[y];
    return range.clamp(numerics::multiply_by_quantized_multiplier(sum, output) + zero_point);
  }
};

class Add final : public Kernel {
 public:
  Add(const OpContext& context, const Addition& addition)
      : addition_(addition),
        broadcast_(make_broadcast(context.input(0).shape, context.input(1).shape, context.output(0).shape)) {}

  // Works on bit patterns, which int8 and uint8 share.
  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const uint8_t* a = inputs[0].bytes.data();
    const uint8_t* b = inputs[1].bytes.data();
    uint8_t* out = outputs[0].bytes.data();
    broadcast_.for_each_run([&](int64_t to, int64_t from_a, int64_t from_b) {
      for (int64_t i = 0; i < broadcast_.run; ++i) {
        const uint8_t x = a[from_a + i * broadcast_.step_a], y = b[from_b + i * broadcast_.step_b];
        out[to + i] = static_cast<uint8_t>(addition_(x, y));
      }
    });
    return {};
  }

 private:
  Addition addition_;
  Broadcast broadcast_;
};

}  // namespace

Result<PreparedKernel> prepare_add(const OpContext& context) {
  ATOLL_ASSIGN(const QuantParams a, input_quant(context, 0));
  ATOLL_ASSIGN(const QuantParams b, input_quant(context, 1));
  ATOLL_ASSIGN(const QuantParams out, output_quant(context));
  const double twice = 2 * static_cast<double>(std::max(a.scale, b.scale));
  Addition addition;
  ATOLL_ASSIGN(addition.range, output_range(context, context.attrs<graph::AddAttrs>().activation));
  addition.zero_point = out.zero_point;
  addition.output = numerics::quantize_multiplier(twice / ((1 << kLeftShift) * static_cast<double>(out.scale)));
  with_integer_type(context.output(0).type, [&]<typename Tag>(Tag) {
    addition.a = make_table<typename Tag::Type>(a, static_cast<double>(a.scale) / twice);
    addition.b = make_table<typename Tag::Type>(b, static_cast<double>(b.scale) / twice);
  });
  return PreparedKernel(std::make_unique<Add>(context, addition));
}

}  // namespace atl::kernels::integer

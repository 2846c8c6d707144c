// CONCATENATION of uint8 operands, which may have other scales than the output: with s = float32(si * float32(1 / so)),
//   y = clamp(round_half_away(float32(q * s) + float32(-zi * s)) + zo). Operands with the output's parameters are
//   copied.
#include <algorithm>
#include <array>

#include "common/kernels/int/kernels.h"
#include "common/kernels/int/quantized.h"
#include "common/kernels/interface/concat_layout.h"

namespace atl::kernels::integer {
namespace {

using Table = std::array<uint8_t, 256>;

Table make_table(QuantParams in, QuantParams out) {
  Table table{};
  const float scale = in.scale * (1.0f / out.scale);
  const float bias = static_cast<float>(-in.zero_point) * scale;
  const bool same = in.scale == out.scale && in.zero_point == out.zero_point;
  for (int32_t q = 0; q < 256; ++q) {
    const int64_t y = int64_t{numerics::round_half_away(static_cast<float>(q) * scale + bias)} + out.zero_point;
    table[static_cast<size_t>(q)] = same ? static_cast<uint8_t>(q) : numerics::saturate<uint8_t>(y);
  }
  return table;
}

class Concatenation final : public Kernel {
 public:
  Concatenation(ConcatLayout layout, std::vector<Table> tables)
      : layout_(std::move(layout)), tables_(std::move(tables)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    auto out = outputs[0].bytes.begin();
    for (int64_t i = 0; i < layout_.outer; ++i) {
      for (size_t k = 0; k < inputs.size(); ++k) {
        const auto run = static_cast<size_t>(layout_.runs[k]);
        const auto from = inputs[k].bytes.subspan(static_cast<size_t>(i) * run, run);
        out = std::transform(from.begin(), from.end(), out, [&](uint8_t q) { return tables_[k][q]; });
      }
    }
    ATOLL_CHECK(out == outputs[0].bytes.end());
    return {};
  }

 private:
  ConcatLayout layout_;
  std::vector<Table> tables_;
};

}  // namespace

Result<PreparedKernel> prepare_concatenation(const OpContext& context) {
  ATOLL_ASSIGN(ConcatLayout layout, make_concat_layout(context));
  std::vector<Table> tables;
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    if (!context.input(i).quant.present() && !context.output(0).quant.present()) {  // plain bytes
      tables.push_back(make_table({}, {}));
      continue;
    }
    ATOLL_ASSIGN(const QuantParams in, input_quant(context, i));
    ATOLL_ASSIGN(const QuantParams out, output_quant(context));
    tables.push_back(make_table(in, out));
  }
  return PreparedKernel(std::make_unique<Concatenation>(std::move(layout), std::move(tables)));
}

}  // namespace atl::kernels::integer

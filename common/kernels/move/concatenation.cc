// CONCATENATION as copies. int8 operands must share scale and zero point, as in the reference; uint8 operands of other
// scales are requantized in int/.
#include <algorithm>

#include "common/kernels/interface/concat_layout.h"
#include "common/kernels/move/kernels.h"

namespace atl::kernels::move {
namespace {

class Concatenation final : public Kernel {
 public:
  Concatenation(ConcatLayout layout, size_t element_bytes)
      : layout_(std::move(layout)), element_bytes_(element_bytes) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    auto out = outputs[0].bytes.begin();
    for (int64_t i = 0; i < layout_.outer; ++i) {
      for (size_t k = 0; k < inputs.size(); ++k) {
        const size_t run = static_cast<size_t>(layout_.runs[k]) * element_bytes_;
        const auto from = inputs[k].bytes.subspan(static_cast<size_t>(i) * run, run);
        out = std::copy(from.begin(), from.end(), out);
      }
    }
    ATOLL_CHECK(out == outputs[0].bytes.end());
    return {};
  }

 private:
  ConcatLayout layout_;
  size_t element_bytes_;
};

Status require_equal_scales(const OpContext& context) {
  const graph::Quantization& out = context.output(0).quant;
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    const graph::Quantization& in = context.input(i).quant;
    if (in.scale == out.scale && in.zero_point == out.zero_point) continue;
    return context.error(
        ErrorCode::kUnsupported,
        "int8 operands must have the output's scale and zero point, and {} has others than {}; requantize it "
        "with a QUANTIZE operator",
        context.input_label(i), context.output_label(0));
  }
  return {};
}

}  // namespace

Result<PreparedKernel> prepare_concatenation(const OpContext& context) {
  if (context.output(0).type == graph::DType::kInt8) ATOLL_TRY(require_equal_scales(context));
  ATOLL_ASSIGN(ConcatLayout layout, make_concat_layout(context));
  const auto element_bytes = static_cast<size_t>(graph::dtype_bits(context.output(0).type) / 8);
  return PreparedKernel(std::make_unique<Concatenation>(std::move(layout), element_bytes));
}

}  // namespace atl::kernels::move

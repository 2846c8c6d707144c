// EMBEDDING_LOOKUP of a quantized table: row i as q s, with one scale or one for each row. The reference reads a uint8
// table as int8, so that is done here too.
#include "common/kernels/f32/reduce_kernels.h"
#include "common/kernels/interface/op_context.h"

namespace atl::kernels::f32 {
namespace {

class EmbeddingLookup final : public Kernel {
 public:
  EmbeddingLookup(const OpContext& context, std::vector<float> scales)
      : label_(context.label()), scales_(std::move(scales)), rows_(context.input(1).shape[0]) {
    for (size_t i = 1; i < context.input(1).shape.size(); ++i) width_ *= context.input(1).shape[i];
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    float* out = outputs[0].as<float>().data();
    for (const int32_t row : inputs[0].as<int32_t>()) {
      if (row < 0 || row >= rows_) {
        return make_error(ErrorCode::kInvalid, "{}: index {} is outside an axis of {} elements", label_, row, rows_);
      }
      const float scale = scales_[scales_.size() == 1 ? 0 : static_cast<size_t>(row)];
      for (int64_t i = 0; i < width_; ++i) *out++ = static_cast<float>(element(inputs[1], row * width_ + i)) * scale;
    }
    return {};
  }

 private:
  static int element(const ConstView& table, int64_t i) {
    const auto at = static_cast<size_t>(i);
    if (table.type != graph::DType::kInt4) return static_cast<int8_t>(table.bytes[at]);
    const int nibble = table.bytes[at / 2] >> (at % 2 * 4) & 15;
    return nibble < 8 ? nibble : nibble - 16;
  }

  std::string label_;
  std::vector<float> scales_;
  int64_t rows_, width_ = 1;
};

}  // namespace

Result<PreparedKernel> prepare_embedding_lookup(const OpContext& context) {
  const graph::Tensor& table = context.input(1);
  const std::vector<float>& scales = table.quant.scale;
  const bool by_row = table.quant.axis == 0 && scales.size() == static_cast<size_t>(table.shape[0]);
  if (scales.size() != 1 && !by_row) {
    return context.error(ErrorCode::kUnsupported, "{} has {} scales along axis {}; one, or one for each row, is needed",
                         context.input_label(1), scales.size(), table.quant.axis);
  }
  if (!table.quant.zero_point.empty() && table.quant.zero_point[0] != 0) {
    return context.error(ErrorCode::kUnsupported, "{} has zero point {}; 0 is needed", context.input_label(1),
                         table.quant.zero_point[0]);
  }
  return PreparedKernel(std::make_unique<EmbeddingLookup>(context, scales));
}

}  // namespace atl::kernels::f32

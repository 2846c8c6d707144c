// BATCH_MATMUL of floats by int8: each row of the first operand is quantized, symmetrically unless the operator says
// otherwise; y = float(acc) * (sx * sy).
#include "common/kernels/hybrid/kernels.h"
#include "common/kernels/hybrid/operands.h"
#include "common/kernels/interface/matrix_batches.h"
#include "common/kernels/products/dynamic_rows.h"

namespace atl::kernels::hybrid {
namespace {

class BatchMatMul final : public Kernel {
 public:
  BatchMatMul(MatrixBatches batches, bool asymmetric, std::vector<float> scales)
      : batches_(std::move(batches)), asymmetric_(asymmetric), scales_(std::move(scales)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const MatrixBatches& m = batches_;
    const std::span<float> output = outputs[0].as<float>();
    std::fill(output.begin(), output.end(), 0.0f);
    float* out = output.data();
    for (const auto& [x, y] : m.operands) {
      const float* a = as_rows(inputs[0].as<float>().data() + x * m.rows * m.depth, m.rows, m.depth, m.transpose_x, x_);
      const uint8_t* b =
          as_rows(inputs[1].bytes.data() + y * m.columns * m.depth, m.columns, m.depth, m.transpose_y, y_);
      products::quantize_rows(a, m.rows, m.depth, asymmetric_, rows_);
      products::accumulate(rows_, {b, m.depth, true, 0}, m.columns, {scales_}, out, m.columns, scratch_);
      out += m.rows * m.columns;
    }
    return {};
  }

 private:
  MatrixBatches batches_;
  bool asymmetric_;
  std::vector<float> scales_, x_;
  std::vector<uint8_t> y_;
  products::DynamicRows rows_;
  products::DynamicScratch scratch_;
};

}  // namespace

Result<PreparedKernel> prepare_batch_matmul(const OpContext& context) {
  ATOLL_ASSIGN(std::vector<float> scales, weight_scales(context, 1, context.output(0).shape.back()));
  return PreparedKernel(std::make_unique<BatchMatMul>(
      make_matrix_batches(context), context.attrs<graph::BatchMatMulAttrs>().asymmetric_quantize_inputs,
      std::move(scales)));
}

}  // namespace atl::kernels::hybrid

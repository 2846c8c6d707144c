// BATCH_MATMUL: products of matrices, one after another.
#include "common/kernels/f32/weighted.h"
#include "common/kernels/interface/matrix_batches.h"
#include "common/kernels/products/float_gemm.h"

namespace atl::kernels::f32 {
namespace {

class BatchMatMul final : public Kernel {
 public:
  BatchMatMul(MatrixBatches batches, FloatSums sums) : batches_(std::move(batches)), sums_(sums) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const MatrixBatches& m = batches_;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();  // no activation: nothing is clamped
    float* out = outputs[0].as<float>().data();
    for (const auto& [x, y] : m.operands) {
      const float* a = as_rows(inputs[0].as<float>().data() + x * m.rows * m.depth, m.rows, m.depth, m.transpose_x, x_);
      const float* b =
          as_rows(inputs[1].as<float>().data() + y * m.columns * m.depth, m.columns, m.depth, m.transpose_y, y_);
      products::gemm({m.rows, m.columns, m.depth}, sums_, {a, m.depth}, {b, m.depth}, {}, {-kInfinity, kInfinity}, out,
                     m.columns, panel_);
      out += m.rows * m.columns;
    }
    return {};
  }

 private:
  MatrixBatches batches_;
  FloatSums sums_;
  std::vector<float> x_, y_, panel_;
};

}  // namespace

Result<PreparedKernel> prepare_batch_matmul(const OpContext& context) {
  return PreparedKernel(std::make_unique<BatchMatMul>(make_matrix_batches(context), context.options().float_sums));
}

}  // namespace atl::kernels::f32

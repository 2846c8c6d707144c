// BATCH_MATMUL: acc = sum of (x - zx) * (y - zy), then the multiplier of f32(sx sy) / so. An int32 output is the sum of
// the plain products x * y.
#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/weighted.h"
#include "common/kernels/interface/matrix_batches.h"
#include "common/kernels/products/int_gemm.h"

namespace atl::kernels::integer {
namespace {

struct Parameters {
  int32_t x_zero_point = 0, y_zero_point = 0, out_zero_point = 0;
  numerics::Multiplier multiplier;
  numerics::IntRange range{};
};

// X and Y: elements of the operands; Sum: of the accumulators; Out: of the results.
template <typename X, typename Y, typename Sum, typename Out>
class BatchMatMul final : public Kernel {
 public:
  BatchMatMul(MatrixBatches batches, const Parameters& parameters)
      : batches_(std::move(batches)), parameters_(parameters) {
    sums_.resize(static_cast<size_t>(batches_.rows * batches_.columns));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const MatrixBatches& m = batches_;
    Out* out = outputs[0].as<Out>().data();
    for (const auto& [x, y] : m.operands) {
      const X* a = as_rows(inputs[0].as<X>().data() + x * m.rows * m.depth, m.rows, m.depth, m.transpose_x, x_);
      const Y* b = as_rows(inputs[1].as<Y>().data() + y * m.columns * m.depth, m.columns, m.depth, m.transpose_y, y_);
      multiply(a, b);
      for (const Sum sum : sums_) *out++ = finish(sum);
    }
    return {};
  }

 private:
  void multiply(const X* a, const Y* b) {
    const MatrixBatches& m = batches_;
    if constexpr (sizeof(Y) == 1) {
      const int64_t stride = products::gemm_depth(m.depth);
      wide_.resize(static_cast<size_t>(m.rows * stride));
      for (int64_t i = 0; i < m.rows; ++i) {
        products::widen(a + i * m.depth, wide_.data() + i * stride, m.depth, parameters_.x_zero_point);
      }
      products::gemm({m.rows, m.columns, m.depth}, {wide_.data(), stride},
                     {reinterpret_cast<const uint8_t*>(b), m.depth, true, parameters_.y_zero_point}, sums_.data(),
                     m.columns, scratch_);
    } else {
      for (int64_t i = 0; i < m.rows; ++i) {
        for (int64_t j = 0; j < m.columns; ++j) {
          Sum sum = 0;
          for (int64_t k = 0; k < m.depth; ++k) sum += static_cast<Sum>(a[i * m.depth + k]) * b[j * m.depth + k];
          sums_[static_cast<size_t>(i * m.columns + j)] = sum;
        }
      }
    }
  }

  Out finish(Sum sum) const {
    if constexpr (std::is_same_v<Out, int32_t>) {
      return sum;
    } else if constexpr (std::is_same_v<Sum, int64_t>) {
      return static_cast<Out>(
          parameters_.range.clamp(numerics::multiply_by_quantized_multiplier_64(sum, parameters_.multiplier)));
    } else {
      const int64_t scaled = numerics::multiply_by_quantized_multiplier(sum, parameters_.multiplier);
      return static_cast<Out>(
          parameters_.range.clamp(numerics::saturate<int32_t>(scaled + parameters_.out_zero_point)));
    }
  }

  MatrixBatches batches_;
  Parameters parameters_;
  std::vector<X> x_;
  std::vector<Y> y_;
  std::vector<int16_t> wide_;
  std::vector<Sum> sums_;
  products::GemmScratch scratch_;
};

template <typename X, typename Y, typename Sum, typename Out>
Result<PreparedKernel> prepare(const OpContext& context) {
  Parameters parameters;
  if constexpr (!std::is_same_v<Out, int32_t>) {
    ATOLL_ASSIGN(const QuantParams x, input_quant(context, 0));
    ATOLL_ASSIGN(const QuantParams y, input_quant(context, 1));
    ATOLL_ASSIGN(const QuantParams out, output_quant(context));
    parameters.x_zero_point = x.zero_point, parameters.y_zero_point = y.zero_point;
    parameters.out_zero_point = out.zero_point;
    parameters.multiplier =
        numerics::quantize_multiplier(static_cast<double>(x.scale * y.scale) / static_cast<double>(out.scale));
    parameters.range = type_range(context.output(0).type);
  }
  return PreparedKernel(std::make_unique<BatchMatMul<X, Y, Sum, Out>>(make_matrix_batches(context), parameters));
}

}  // namespace

Result<PreparedKernel> prepare_batch_matmul(const OpContext& context) {
  if (context.input(0).type == graph::DType::kInt8) {
    return context.output(0).type == graph::DType::kInt32 ? prepare<int8_t, int8_t, int32_t, int32_t>(context)
                                                          : prepare<int8_t, int8_t, int32_t, int8_t>(context);
  }
  return context.input(1).type == graph::DType::kInt8 ? prepare<int16_t, int8_t, int64_t, int16_t>(context)
                                                      : prepare<int16_t, int16_t, int64_t, int16_t>(context);
}

}  // namespace atl::kernels::integer

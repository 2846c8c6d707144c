// The forms of FULLY_CONNECTED with 16-bit weights, or with weights in the order SHUFFLED4x16INT8 of older mobile
// runtimes. Both requantize by multipliers, not in floating point (docs/numerics.md).
#include "common/kernels/int/output_stage.h"
#include "common/kernels/int/weighted.h"

namespace atl::kernels::integer {
namespace {

struct Shape {
  size_t batches = 0, outputs = 0, depth = 0;
};

Shape shape_of(const OpContext& context) {
  const graph::Shape& weights = context.input(1).shape;
  Shape shape{0, static_cast<size_t>(weights[0]), static_cast<size_t>(weights[1])};
  shape.batches = static_cast<size_t>(graph::num_elements(context.input(0).shape)) / shape.depth;
  return shape;
}

// int16 activations and weights: sums of 64 bits, wrapping, whatever the bias.
class Int16Weights final : public Kernel {
 public:
  Int16Weights(Shape shape, WideOutputStage stage, int32_t weight_zero_point)
      : shape_(shape), stage_(std::move(stage)), weight_zero_point_(weight_zero_point), sums_(shape.outputs) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const int64_t> bias = bias_.read(inputs, 2);
    const int16_t* row = inputs[0].as<int16_t>().data();
    int16_t* output = outputs[0].as<int16_t>().data();
    for (size_t b = 0; b < shape_.batches; ++b, row += shape_.depth, output += shape_.outputs) {
      const int16_t* weights = inputs[1].as<int16_t>().data();
      for (int64_t& sum : sums_) {
        sum = product(row, weights);
        weights += shape_.depth;
      }
      stage_.apply(sums_.data(), bias, output);
    }
    return {};
  }

 private:
  int64_t product(const int16_t* row, const int16_t* weights) const {
    int64_t sum = 0;  // at most 2^31 products of at most 2^31 and 2^32 each
    for (size_t i = 0; i < shape_.depth; ++i) sum += row[i] * (int64_t{weights[i]} - weight_zero_point_);
    return sum;
  }

  Shape shape_;
  WideOutputStage stage_;
  int32_t weight_zero_point_;
  std::vector<int64_t> sums_;
  BiasReader<int64_t> bias_;
};

// uint8 activations with zero point 128; blocks of 4 outputs x 16 weights follow each other along the depth, and every
// weight has its highest bit flipped, which makes it the int8 distance from 128. The second output is working memory
// of the reference; it gets what the reference leaves there.
class ShuffledWeights final : public Kernel {
 public:
  static constexpr size_t kRows = 4, kColumns = 16;  // of a block

  ShuffledWeights(Shape shape, numerics::Multiplier multiplier, numerics::IntRange range)
      : shape_(shape), multiplier_(multiplier), range_(range) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const uint8_t* input = inputs[0].as<uint8_t>().data();
    const uint8_t* weights = inputs[1].as<uint8_t>().data();
    const std::span<const int32_t> bias = bias_.read(inputs, 2);
    int16_t* output = outputs[0].as<int16_t>().data();
    for (size_t b = 0; b < shape_.batches; ++b) {
      for (size_t c = 0; c < shape_.outputs; ++c) {
        const uint32_t offset = bias.empty() ? 0 : static_cast<uint32_t>(bias[c]);
        const uint32_t sum = static_cast<uint32_t>(product(input + b * shape_.depth, weights, c)) + offset;
        const int32_t scaled = numerics::multiply_by_quantized_multiplier(static_cast<int32_t>(sum), multiplier_);
        output[b * shape_.outputs + c] = static_cast<int16_t>(range_.clamp(scaled));
      }
    }
    keep_shuffled(input, outputs[1].as<uint8_t>());
    return {};
  }

 private:
  // Wraps in 32 bits.
  int32_t product(const uint8_t* row, const uint8_t* weights, size_t channel) const {
    const uint8_t* block = weights + channel / kRows * kRows * shape_.depth + channel % kRows * kColumns;
    uint32_t sum = 0;
    for (size_t d = 0; d < shape_.depth; d += kColumns, block += kRows * kColumns) {
      for (size_t j = 0; j < kColumns; ++j) {
        sum += static_cast<uint32_t>((int32_t{row[d + j]} - 128) * static_cast<int8_t>(block[j]));
      }
    }
    return static_cast<int32_t>(sum);
  }

  // 16 columns of every batch after each other, with the highest bit flipped.
  void keep_shuffled(const uint8_t* input, std::span<uint8_t> kept) const {
    size_t next = 0;
    for (size_t d = 0; d < shape_.depth; d += kColumns) {
      for (size_t b = 0; b < shape_.batches; ++b) {
        for (size_t j = 0; j < kColumns && next < kept.size(); ++j) {
          kept[next++] = input[b * shape_.depth + d + j] ^ 0x80;
        }
      }
    }
    std::fill(kept.begin() + static_cast<ptrdiff_t>(next), kept.end(), uint8_t{0});
  }

  Shape shape_;
  numerics::Multiplier multiplier_;
  numerics::IntRange range_;
  BiasReader<int32_t> bias_;
};

}  // namespace

Result<PreparedKernel> prepare_fully_connected_16(const OpContext& context) {
  const Shape shape = shape_of(context);
  ATOLL_ASSIGN(auto multipliers, convolution_multipliers(context, {}, static_cast<int64_t>(shape.outputs)));
  ATOLL_ASSIGN(const numerics::IntRange range,
               output_range(context, context.attrs<graph::FullyConnectedAttrs>().activation));
  const graph::Quantization& quant = context.input(1).quant;
  const bool symmetric = quant.per_channel() || quant.zero_point.empty();
  const int32_t zero_point = symmetric ? 0 : static_cast<int32_t>(quant.zero_point[0]);
  return PreparedKernel(
      std::make_unique<Int16Weights>(shape, WideOutputStage(std::move(multipliers), false, range), zero_point));
}

Result<PreparedKernel> prepare_fully_connected_shuffled(const OpContext& context) {
  const Shape shape = shape_of(context);
  const bool blocks = shape.outputs % ShuffledWeights::kRows == 0 && shape.depth % ShuffledWeights::kColumns == 0;
  if (!blocks || (shape.batches != 1 && shape.batches != 4)) {
    return context.error(ErrorCode::kInvalid,
                         "has {} rows and shuffled weights {}x{}; the form is for 1 or 4 rows and weights in blocks of "
                         "4x16",
                         shape.batches, shape.outputs, shape.depth);
  }
  ATOLL_ASSIGN(const auto multipliers, convolution_multipliers(context, {}, static_cast<int64_t>(shape.outputs)));
  ATOLL_ASSIGN(const numerics::IntRange range,
               output_range(context, context.attrs<graph::FullyConnectedAttrs>().activation));
  return PreparedKernel(std::make_unique<ShuffledWeights>(shape, multipliers.front(), range));
}

}  // namespace atl::kernels::integer

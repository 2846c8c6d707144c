// SVDF on floats, weights of floats or integers. Inputs: x (batch x features), feature weights (filters x features),
// time weights (filters x memory), bias (units), state (batch x filters x memory); rank filters make a unit.
//   The state moves on by one place; its last place becomes the product of x with the feature weights;
//   y[unit] = activation(sum over its filters of (time weights . state) + bias)
// Time weights of integers are taken as floats, q * scale.
#include <algorithm>

#include "common/kernels/recurrent/kernels.h"
#include "common/kernels/recurrent/operands.h"
#include "common/kernels/recurrent/vectors.h"

namespace atl::kernels::recurrent {
namespace {

struct SvdfShape {
  int64_t batch, features, filters, memory, rank;

  int64_t units() const { return filters / rank; }
};

class Svdf final : public Kernel {
 public:
  Svdf(const SvdfShape& shape, const graph::SvdfAttrs& attrs, Matrix features, float time_scale, size_t state)
      : shape_(shape), attrs_(attrs), features_(std::move(features)), time_scale_(time_scale), state_(state) {
    time_.resize(static_cast<size_t>(shape.filters * shape.memory));
    filtered_.resize(static_cast<size_t>(shape.batch * shape.filters));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<float> state = outputs[state_].as<float>();
    const std::span<const float> x = inputs[0].as<float>();
    std::copy(state.begin() + 1, state.end(), state.begin());
    Vectors vectors{x.data(), shape_.batch, shape_.features, {}};
    if (!features_.is_float()) {
      products::quantize_rows(x.data(), shape_.batch, shape_.features, attrs_.asymmetric_quantize_inputs,
                              vectors.quantized);
    }
    std::fill(filtered_.begin(), filtered_.end(), 0.0f);
    features_.accumulate(inputs, vectors, filtered_.data(), shape_.filters, scratch_);
    for (size_t i = 0; i < filtered_.size(); ++i) {
      state[(i + 1) * static_cast<size_t>(shape_.memory) - 1] = filtered_[i];
    }
    read_time_weights(inputs[2]);
    reduce(state.data(), optional_input<float>(inputs, 3), outputs[0].as<float>().data());
    return {};
  }

 private:
  void read_time_weights(const ConstView& view) {
    if (view.type == graph::DType::kFloat32) {
      std::ranges::copy(view.as<float>(), time_.begin());
    } else {
      std::ranges::transform(view.as<int8_t>(), time_.begin(),
                             [this](int8_t q) { return static_cast<float>(q) * time_scale_; });
    }
  }

  void reduce(const float* state, std::span<const float> bias, float* y) {
    for (int64_t b = 0; b < shape_.batch; ++b) {
      for (int64_t f = 0; f < shape_.filters; ++f) {
        filtered_[static_cast<size_t>(b * shape_.filters + f)] =
            dot(time_.data() + f * shape_.memory, state + (b * shape_.filters + f) * shape_.memory, shape_.memory);
      }
    }
    const std::vector<float> ones(static_cast<size_t>(shape_.rank), 1.0f);
    const int64_t units = shape_.units();
    for (int64_t i = 0; i < shape_.batch * units; ++i) {
      const float sum = dot(filtered_.data() + i * shape_.rank, ones.data(), shape_.rank);
      y[i] = activate(attrs_.activation, bias.empty() ? sum : sum + bias[static_cast<size_t>(i % units)]);
    }
  }

  SvdfShape shape_;
  graph::SvdfAttrs attrs_;
  Matrix features_;
  float time_scale_;
  size_t state_;
  std::vector<float> time_, filtered_;
  products::DynamicScratch scratch_;
};

}  // namespace

Result<PreparedKernel> prepare_svdf(const OpContext& context) {
  using graph::DType;
  const auto& attrs = context.attrs<graph::SvdfAttrs>();
  const graph::Shape &x = context.input(0).shape, &weights = context.input(1).shape, &time = context.input(2).shape;
  if (time.size() != 2 || time[1] < 1) {
    return context.error(ErrorCode::kInvalid, "its time weights have shape {}", graph::shape_text(time));
  }
  const SvdfShape shape{x[0], x[1], weights[0], time[1], attrs.rank};
  ATOLL_ASSIGN(Matrix features, Matrix::create(context, 1, "feature weights", shape.filters, shape.features));
  const auto time_types = {features.is_float() ? DType::kFloat32 : DType::kInt8};
  ATOLL_TRY(expect_input(context, 2, "time weights", time_types,
                         {static_cast<int32_t>(shape.filters), static_cast<int32_t>(shape.memory)}));
  if (context.has_input(3)) {
    ATOLL_TRY(expect_input(context, 3, "bias", {DType::kFloat32}, {static_cast<int32_t>(shape.units())}));
  }
  float time_scale = 1;
  if (!features.is_float()) {
    ATOLL_ASSIGN(time_scale, input_scale(context, 2));
  }
  ATOLL_ASSIGN(const size_t state,
               state_view(context, 4, "state", DType::kFloat32, shape.batch * shape.filters * shape.memory));
  return PreparedKernel(std::make_unique<Svdf>(shape, attrs, std::move(features), time_scale, state));
}

}  // namespace atl::kernels::recurrent

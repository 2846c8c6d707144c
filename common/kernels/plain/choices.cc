// The best along an axis: ARG_MAX, ARG_MIN, TOPK_V2. Of equal values the first counts; NaN is worse than every number.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/kernels/interface/number_types.h"
#include "common/kernels/interface/steered_op.h"
#include "common/kernels/plain/reduce_kernels.h"

namespace atl::kernels::plain {
namespace {

template <typename T>
bool is_nan(T x) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(x);
  return false;
}

// Whether x is better than y.
template <typename T>
bool larger(T x, T y) {
  return is_nan(x) != is_nan(y) ? is_nan(y) : x > y;
}
template <typename T>
bool smaller(T x, T y) {
  return is_nan(x) != is_nan(y) ? is_nan(y) : x < y;
}

template <typename T, typename Index, bool kLargest>
class Arg final : public Kernel {
 public:
  explicit Arg(const OpContext& context) : op_(context, {1}) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    const graph::Shape& shape = op_.input_shape(0);
    const int64_t stated = op_.values(1)[0], rank = static_cast<int64_t>(shape.size());
    const auto axis = static_cast<size_t>(stated < 0 ? stated + rank : stated);
    int64_t inner = 1;
    for (size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
    const T* in = inputs[0].as<T>().data();
    const std::span<Index> output = outputs[0].as<Index>();
    for (int64_t i = 0; i < static_cast<int64_t>(output.size()); ++i) {
      output[static_cast<size_t>(i)] = best(in + i / inner * shape[axis] * inner + i % inner, shape[axis], inner);
    }
    return {};
  }

 private:
  static Index best(const T* values, int64_t count, int64_t step) {
    int64_t found = 0;
    for (int64_t i = 1; i < count; ++i) {
      const T x = values[i * step], y = values[found * step];
      if (kLargest ? larger(x, y) : smaller(x, y)) found = i;
    }
    return static_cast<Index>(found);
  }

  SteeredOp op_;
};

template <bool kLargest>
Result<PreparedKernel> prepare_arg(const OpContext& context) {
  return with_number_type(context.input(0).type, [&]<typename T>(T) {
    return context.output(0).type == graph::DType::kInt64
               ? PreparedKernel(std::make_unique<Arg<T, int64_t, kLargest>>(context))
               : PreparedKernel(std::make_unique<Arg<T, int32_t, kLargest>>(context));
  });
}

template <typename T, typename Index>
class TopK final : public Kernel {
 public:
  explicit TopK(const OpContext& context) : op_(context, {1}) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    const std::span<const T> input = inputs[0].as<T>();
    T* values = outputs[0].as<T>().data();
    Index* indices = outputs[1].as<Index>().data();
    const auto width = static_cast<size_t>(op_.input_shape(0).back());
    const auto count = static_cast<size_t>(op_.output_shape(0).back());
    for (size_t row = 0; count > 0 && row < input.size(); row += width, values += count, indices += count) {
      const T* x = &input[row];
      order_.resize(width);
      std::iota(order_.begin(), order_.end(), 0);
      const auto better = [x](int64_t a, int64_t b) { return larger(x[a], x[b]) || (!larger(x[b], x[a]) && a < b); };
      std::partial_sort(order_.begin(), order_.begin() + static_cast<int64_t>(count), order_.end(), better);
      for (size_t k = 0; k < count; ++k) values[k] = x[order_[k]], indices[k] = static_cast<Index>(order_[k]);
    }
    return {};
  }

 private:
  SteeredOp op_;
  std::vector<int64_t> order_;
};

}  // namespace

Result<PreparedKernel> prepare_arg_max(const OpContext& context) { return prepare_arg<true>(context); }

Result<PreparedKernel> prepare_arg_min(const OpContext& context) { return prepare_arg<false>(context); }

Result<PreparedKernel> prepare_top_k(const OpContext& context) {
  const bool narrow = context.output(1).type == graph::DType::kInt16;
  if (narrow && context.input(0).shape.back() > INT16_MAX) {
    return context.error(ErrorCode::kInvalid, "its int16 indices can't count the {} elements of an axis",
                         context.input(0).shape.back());
  }
  return with_number_type(context.input(0).type, [&]<typename T>(T) {
    return narrow ? PreparedKernel(std::make_unique<TopK<T, int16_t>>(context))
                  : PreparedKernel(std::make_unique<TopK<T, int32_t>>(context));
  });
}

}  // namespace atl::kernels::plain

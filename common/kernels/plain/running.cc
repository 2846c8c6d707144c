// Numbers added up one after the other: CUMSUM, RANGE, SCATTER_ND. Integers wrap.
#include <algorithm>

#include "common/kernels/interface/index_list.h"
#include "common/kernels/interface/number_types.h"
#include "common/kernels/interface/steered_op.h"
#include "common/kernels/plain/reduce_kernels.h"

namespace atl::kernels::plain {
namespace {

// Exclusive: the sum of the elements before. Reverse: from the last element on.
template <typename T>
class Cumsum final : public Kernel {
 public:
  explicit Cumsum(const OpContext& context) : op_(context, {1}), attrs_(context.attrs<graph::CumsumAttrs>()) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const graph::Shape& shape = op_.input_shape(0);
    const int64_t stated = read_indices(inputs[1])[0], rank = static_cast<int64_t>(shape.size());
    if (stated < -rank || stated >= rank) {
      return make_error(ErrorCode::kInvalid, "{}: axis {} is outside the {} axes of its input", op_.label(), stated,
                        rank);
    }
    const auto axis = static_cast<size_t>(stated < 0 ? stated + rank : stated);
    int64_t inner = 1;
    for (size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
    const std::span<const T> in = inputs[0].as<T>();
    T* out = outputs[0].as<T>().data();
    const auto block = static_cast<size_t>(inner * shape[axis]);
    for (size_t begin = 0; begin < in.size(); begin += block) add_up(&in[begin], shape[axis], inner, out + begin);
    return {};
  }

 private:
  // `inner` sums side by side, over `count` rows.
  void add_up(const T* in, int64_t count, int64_t inner, T* out) {
    sums_.assign(static_cast<size_t>(inner), T{0});
    for (int64_t i = 0; i < count; ++i) {
      const int64_t row = (attrs_.reverse ? count - 1 - i : i) * inner;
      for (int64_t k = 0; k < inner; ++k) {
        T& sum = sums_[static_cast<size_t>(k)];
        const T x = in[row + k];
        if (attrs_.exclusive) out[row + k] = sum;
        sum = wrapping_add(sum, x);
        if (!attrs_.exclusive) out[row + k] = sum;
      }
    }
  }

  SteeredOp op_;
  graph::CumsumAttrs attrs_;
  std::vector<T> sums_;
};

// Each value is the one before plus delta; float32 rounds every time, as in the reference.
template <typename T>
class Range final : public Kernel {
 public:
  explicit Range(const OpContext& context) : op_(context, {0, 1, 2}) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    T value = inputs[0].as<T>()[0];
    const T delta = inputs[2].as<T>()[0];
    for (T& out : outputs[0].as<T>()) {
      out = value;
      value = wrapping_add(value, delta);
    }
    return {};
  }

 private:
  SteeredOp op_;
};

// Slices of the updates added to zeros, where the index tuples say. bool: or.
template <typename T>
class ScatterNd final : public Kernel {
 public:
  explicit ScatterNd(const OpContext& context)
      : op_(context, {2}), is_bool_(context.output(0).type == graph::DType::kBool) {
    const graph::Shape &indices = context.input(0).shape, &out = context.output(0).shape;
    depth_ = static_cast<size_t>(indices.back());
    for (size_t i = depth_; i < out.size(); ++i) slice_ *= static_cast<size_t>(out[i]);
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    const graph::Shape& shape = op_.output_shape(0);
    const std::vector<int64_t> indices = read_indices(inputs[0]);
    const std::span<const T> updates = inputs[1].as<T>();
    const std::span<T> output = outputs[0].as<T>();
    std::fill(output.begin(), output.end(), T{0});
    const size_t slices = slice_ == 0 ? 0 : updates.size() / slice_;
    for (size_t i = 0; i < slices; ++i) {
      int64_t place = 0;
      for (size_t k = 0; k < depth_; ++k) {
        const int64_t index = indices[i * depth_ + k];
        if (index < 0 || index >= shape[k]) {
          return make_error(ErrorCode::kInvalid, "{}: index {} is outside an axis of {} elements", op_.label(), index,
                            shape[k]);
        }
        place = place * shape[k] + index;
      }
      add(&updates[i * slice_], &output[static_cast<size_t>(place) * slice_]);
    }
    return {};
  }

 private:
  void add(const T* update, T* output) const {
    for (size_t k = 0; k < slice_; ++k) {
      output[k] =
          is_bool_ ? static_cast<T>(output[k] != T{0} || update[k] != T{0}) : wrapping_add(output[k], update[k]);
    }
  }

  SteeredOp op_;
  bool is_bool_;
  size_t depth_ = 0, slice_ = 1;  // axes that an index tuple speaks of; elements of a slice
};

template <template <typename> typename KernelOf>
Result<PreparedKernel> prepare_numbers(const OpContext& context, graph::DType type) {
  return with_number_type(type, [&]<typename T>(T) { return PreparedKernel(std::make_unique<KernelOf<T>>(context)); });
}

}  // namespace

Result<PreparedKernel> prepare_cumsum(const OpContext& context) {
  if (graph::num_elements(context.input(1).shape) != 1) {
    return context.error(ErrorCode::kInvalid, "its axis has shape {}; one element is needed",
                         graph::shape_text(context.input(1).shape));
  }
  return prepare_numbers<Cumsum>(context, context.input(0).type);
}

Result<PreparedKernel> prepare_range(const OpContext& context) {
  return prepare_numbers<Range>(context, context.output(0).type);
}

Result<PreparedKernel> prepare_scatter_nd(const OpContext& context) {
  const graph::Shape &indices = context.input(0).shape, &out = context.output(0).shape;
  if (indices.empty() || static_cast<size_t>(indices.back()) > out.size()) {
    return context.error(ErrorCode::kInvalid, "its indices {} do not fit its output {}", graph::shape_text(indices),
                         graph::shape_text(out));
  }
  return prepare_numbers<ScatterNd>(context, context.output(0).type);
}

}  // namespace atl::kernels::plain

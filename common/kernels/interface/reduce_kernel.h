// Kernels that reduce axes, out of a function that takes element after element.
//
// A function has the types Input, Sum (what is kept between elements) and Output, and
//   Sum start()                     before any element
//   Sum take(Sum, Input)
//   Output finish(Sum)
//   Output empty()                  of every output element when the input has none
//   Sum first(Input)                optional: a reduction over all axes starts with its first element, not with start()
//   void settle(int64_t count)      optional: called with the number of elements a sum is of, before everything else
#pragma once

#include <memory>
#include <utility>

#include "common/kernels/interface/reduce_layout.h"
#include "common/kernels/interface/steered_op.h"
#include "common/kernels/interface/variant.h"

namespace atl::kernels {

template <typename Function>
class ReduceKernel final : public Kernel {
 public:
  ReduceKernel(const OpContext& context, Function function) : op_(context, {1}), function_(std::move(function)) {
    if (op_.settled()) plan();
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) {
      ATOLL_TRY(op_.settle(inputs));
      plan();
    }
    const std::span<const Input> input = inputs[0].as<Input>();
    const std::span<Output> output = outputs[0].as<Output>();
    if (input.empty()) {
      std::fill(output.begin(), output.end(), function_.empty());
      return {};
    }
    sums_.assign(output.size(), function_.start());
    reduce(input.data());
    for (size_t i = 0; i < output.size(); ++i) output[i] = function_.finish(sums_[i]);
    return {};
  }

 private:
  using Input = typename Function::Input;
  using Sum = typename Function::Sum;
  using Output = typename Function::Output;

  void plan() {
    auto layout = make_reduce_layout(op_.input_shape(0), op_.values(1), graph::num_elements(op_.output_shape(0)));
    ATOLL_CHECK(layout.has_value(), "{}: shape inference has let it pass", op_.label());
    layout_ = std::move(*layout);
    if constexpr (requires { function_.settle(layout_.count); }) function_.settle(layout_.count);
  }

  void reduce(const Input* input) {
    if constexpr (requires { function_.first(*input); }) {
      if (layout_.whole) {
        Sum sum = function_.first(input[0]);
        for (int64_t i = 1; i < layout_.inputs; ++i) sum = function_.take(sum, input[i]);
        sums_[0] = sum;
        return;
      }
    }
    layout_.for_each_run([&](int64_t from, int64_t to, int64_t elements, int64_t step) {
      const Input* x = input + from;
      Sum* sums = sums_.data() + to;
      if (step == 0) {
        Sum sum = *sums;
        for (int64_t i = 0; i < elements; ++i) sum = function_.take(sum, x[i]);
        *sums = sum;
      } else {
        for (int64_t i = 0; i < elements; ++i) sums[i] = function_.take(sums[i], x[i]);
      }
    });
  }

  SteeredOp op_;
  Function function_;
  ReduceLayout layout_;
  std::vector<Sum> sums_;
};

template <typename Function>
PreparedKernel make_reduction(const OpContext& context, Function function) {
  return std::make_unique<ReduceKernel<Function>>(context, std::move(function));
}

}  // namespace atl::kernels

// Kernels out of a function of one element, or of two with broadcasting.
//
// A function may refuse values that are known only when the model runs: a member check(span of its first operand, ...)
// that returns a Status is called before the elements are computed.
#pragma once

#include <memory>
#include <utility>

#include "common/kernels/interface/broadcast.h"
#include "common/kernels/interface/variant.h"

namespace atl::kernels {

template <typename In, typename Out, typename Function>
class UnaryKernel final : public Kernel {
 public:
  explicit UnaryKernel(Function function) : function_(std::move(function)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const In> input = inputs[0].as<In>();
    const std::span<Out> output = outputs[0].as<Out>();
    if constexpr (requires { function_.check(input); }) ATOLL_TRY(function_.check(input));
    for (size_t i = 0; i < output.size(); ++i) output[i] = function_(input[i]);
    return {};
  }

 private:
  Function function_;
};

template <typename In, typename Out, typename Function>
PreparedKernel make_unary(Function function) {
  return std::make_unique<UnaryKernel<In, Out, Function>>(std::move(function));
}

template <typename A, typename B, typename Out, typename Function>
class BinaryKernel final : public Kernel {
 public:
  BinaryKernel(const OpContext& context, Function function)
      : broadcast_(make_broadcast<2>({context.input(0).shape, context.input(1).shape}, context.output(0).shape)),
        function_(std::move(function)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const A> a = inputs[0].as<A>();
    const std::span<const B> b = inputs[1].as<B>();
    if constexpr (requires { function_.check(a, b); }) ATOLL_TRY(function_.check(a, b));
    Out* out = outputs[0].as<Out>().data();
    broadcast_.for_each_run(
        [&](int64_t to, const auto& from) { run_of(a.data() + from[0], b.data() + from[1], out + to); });
    return {};
  }

 private:
  // The usual steps each have a loop of their own, for the compiler's sake.
  void run_of(const A* a, const B* b, Out* out) const {
    const int64_t count = broadcast_.run;
    const auto [step_a, step_b] = broadcast_.step;
    if (step_a == 1 && step_b == 1) {
      for (int64_t i = 0; i < count; ++i) out[i] = function_(a[i], b[i]);
    } else if (step_a == 1) {
      const B second = *b;
      for (int64_t i = 0; i < count; ++i) out[i] = function_(a[i], second);
    } else {
      const A first = *a;
      for (int64_t i = 0; i < count; ++i) out[i] = function_(first, b[i * step_b]);
    }
  }

  Broadcast<2> broadcast_;
  Function function_;
};

template <typename A, typename B, typename Out, typename Function>
PreparedKernel make_binary(const OpContext& context, Function function) {
  return std::make_unique<BinaryKernel<A, B, Out, Function>>(context, std::move(function));
}

}  // namespace atl::kernels

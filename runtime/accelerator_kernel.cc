#include "runtime/accelerator_kernel.h"

#include <algorithm>
#include <vector>

namespace atl::runtime {
namespace {

class AcceleratorKernel : public kernels::Kernel {
 public:
  explicit AcceleratorKernel(SegmentState& state) : state_(state) {}

  Status run(std::span<const kernels::ConstView> inputs, std::span<const kernels::MutView> outputs) override {
    std::vector<Bytes> bytes;
    for (const kernels::ConstView& input : inputs) bytes.emplace_back(input.bytes.begin(), input.bytes.end());
    auto result = state_.simulator.run(bytes, state_.options);
    if (!result.ok()) return std::move(result).error().with_place(state_.label);
    state_.last_run = std::move(result).value();
    for (size_t i = 0; i < outputs.size(); ++i) {
      const Bytes& output = state_.last_run->outputs[i];
      ATOLL_CHECK(output.size() == outputs[i].bytes.size());  // segments.h
      std::copy(output.begin(), output.end(), outputs[i].bytes.begin());
    }
    return {};
  }

 private:
  SegmentState& state_;
};

}  // namespace

std::unique_ptr<kernels::Kernel> make_accelerator_kernel(SegmentState& state) {
  return std::make_unique<AcceleratorKernel>(state);
}

}  // namespace atl::runtime

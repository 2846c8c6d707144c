#include "common/kernels/move/packed.h"

#include <algorithm>

namespace atl::kernels::move {
namespace {

using graph::DType;

void unpack(std::span<const uint8_t> packed, std::vector<uint8_t>& bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int nibble = packed[i / 2] >> (i % 2 * 4) & 15;
    bytes[i] = static_cast<uint8_t>((nibble ^ 8) - 8);
  }
}

void pack(const std::vector<uint8_t>& bytes, std::span<uint8_t> packed) {
  std::fill(packed.begin(), packed.end(), uint8_t{0});
  for (size_t i = 0; i < bytes.size(); ++i) {
    packed[i / 2] = static_cast<uint8_t>(packed[i / 2] | (bytes[i] & 15) << (i % 2 * 4));
  }
}

class Unpacked final : public Kernel {
 public:
  Unpacked(const OpContext& context, PreparedKernel kernel) : kernel_(std::move(kernel)) {
    for (size_t i = 0; i < context.num_inputs(); ++i) {
      inputs_.emplace_back(context.has_input(i) ? size_of(context.input(i)) : 0);
    }
    for (size_t i = 0; i < context.op().outputs.size(); ++i) outputs_.emplace_back(size_of(context.output(i)));
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    std::vector<ConstView> wide_inputs(inputs.begin(), inputs.end());
    std::vector<MutView> wide_outputs(outputs.begin(), outputs.end());
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (!inputs[i].present || inputs[i].type != DType::kInt4) continue;
      unpack(inputs[i].bytes, inputs_[i]);
      wide_inputs[i].type = DType::kInt8, wide_inputs[i].bytes = inputs_[i];
    }
    for (size_t i = 0; i < outputs_.size(); ++i) {
      if (outputs[i].type == DType::kInt4) wide_outputs[i].type = DType::kInt8, wide_outputs[i].bytes = outputs_[i];
    }
    ATOLL_TRY(kernel_->run(wide_inputs, wide_outputs));
    for (size_t i = 0; i < outputs_.size(); ++i) {
      if (outputs[i].type == DType::kInt4) pack(outputs_[i], outputs[i].bytes);
    }
    return {};
  }

 private:
  static size_t size_of(const graph::Tensor& tensor) {
    return tensor.type == DType::kInt4 ? static_cast<size_t>(graph::num_elements(tensor.shape)) : 0;
  }

  PreparedKernel kernel_;
  std::vector<std::vector<uint8_t>> inputs_, outputs_;  // a byte an element, of the packed ones
};

}  // namespace

PreparedKernel unpacked(const OpContext& context, PreparedKernel kernel) {
  const auto is_packed = [&](int32_t index) {
    return index != graph::kNoTensor && context.subgraph().tensors[static_cast<size_t>(index)].type == DType::kInt4;
  };
  const auto any_packed = [&](const std::vector<int32_t>& list) {
    return std::any_of(list.begin(), list.end(), is_packed);
  };
  if (!any_packed(context.op().inputs) && !any_packed(context.op().outputs)) return kernel;
  return std::make_unique<Unpacked>(context, std::move(kernel));
}

}  // namespace atl::kernels::move

#include "common/kernels/one_op.h"
#include "common/kernels/session.h"
#include "common/kernels/step.h"
#include "common/kernels/tensor_store.h"

namespace atl::kernels {
namespace {

class KernelStep final : public Step {
 public:
  KernelStep(const StepContext& context, std::unique_ptr<Kernel> kernel) : kernel_(std::move(kernel)) {
    const auto index = [](int32_t tensor) { return static_cast<size_t>(tensor); };
    for (const int32_t tensor : context.op().inputs) {
      inputs_.push_back(tensor == graph::kNoTensor ? ConstView() : context.store.view(index(tensor)));
    }
    for (const int32_t tensor : context.op().outputs) outputs_.push_back(context.store.mutable_view(index(tensor)));
    for (const int32_t tensor : context.op().inputs) {  // state
      if (tensor != graph::kNoTensor && context.resolved.subgraph.tensors[index(tensor)].is_variable) {
        outputs_.push_back(context.store.mutable_view(index(tensor)));
      }
    }
  }

  Status run() override { return kernel_->run(inputs_, outputs_); }

 private:
  std::unique_ptr<Kernel> kernel_;
  std::vector<ConstView> inputs_;
  std::vector<MutView> outputs_;
};

class DynamicStep final : public Step {
 public:
  explicit DynamicStep(const StepContext& context)
      : context_(context), op_(context.resolved.subgraph, context.op_index) {}

  Status run() override {
    std::vector<ConstView> inputs;
    for (const int32_t tensor : context_.op().inputs) {
      inputs.push_back(tensor == graph::kNoTensor ? ConstView() : context_.store.view(static_cast<size_t>(tensor)));
    }
    ATOLL_TRY(op_.prepare(inputs, context_.session.options().kernels));
    std::vector<MutView> outputs;
    for (size_t i = 0; i < context_.op().outputs.size(); ++i) {
      ATOLL_ASSIGN(const MutView view, output(i));
      outputs.push_back(view);
    }
    for (const int32_t tensor : context_.op().inputs) {
      if (tensor != graph::kNoTensor && context_.resolved.subgraph.tensors[static_cast<size_t>(tensor)].is_variable) {
        outputs.push_back(context_.store.mutable_view(static_cast<size_t>(tensor)));
      }
    }
    return op_.kernel().run(inputs, outputs);
  }

 private:
  Result<MutView> output(size_t position) {
    const auto tensor = static_cast<size_t>(context_.op().outputs[position]);
    const graph::Shape& shape = op_.output_shape(position);
    if (context_.store.is_dynamic(tensor)) return context_.store.reshape(tensor, shape);
    const MutView view = context_.store.mutable_view(tensor);
    ATOLL_CHECK(std::equal(shape.begin(), shape.end(), view.shape.begin(), view.shape.end()));
    return view;
  }

  StepContext context_;
  OneOp op_;
};

}  // namespace

std::unique_ptr<Step> make_kernel_step(const StepContext& context, std::unique_ptr<Kernel> kernel) {
  return std::make_unique<KernelStep>(context, std::move(kernel));
}

std::unique_ptr<Step> make_dynamic_step(const StepContext& context) { return std::make_unique<DynamicStep>(context); }

}  // namespace atl::kernels

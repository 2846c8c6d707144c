#include "common/kernels/interpreter.h"

#include <algorithm>
#include <limits>

#include "common/kernels/memory_plan.h"
#include "common/kernels/registry.h"

namespace atl::kernels {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// First and last step at which each tensor is alive; first_step kNever: never. Inputs live from step -1, outputs to the
// end.
std::vector<Lifetime> find_lifetimes(const graph::Subgraph& subgraph, bool preserve_all) {
  std::vector<Lifetime> lifetimes(subgraph.tensors.size(), Lifetime{0, kNever, -1});
  const auto use = [&](int32_t tensor, int64_t step) {
    if (tensor == graph::kNoTensor) return;
    Lifetime& lifetime = lifetimes[static_cast<size_t>(tensor)];
    lifetime.first_step = std::min(lifetime.first_step, step);
    lifetime.last_step = std::max(lifetime.last_step, step);
  };
  const auto end = static_cast<int64_t>(subgraph.ops.size());
  for (const int32_t tensor : subgraph.inputs) use(tensor, -1);
  for (int64_t step = 0; step < end; ++step) {
    const graph::Op& op = subgraph.ops[static_cast<size_t>(step)];
    for (const int32_t tensor : op.inputs) use(tensor, step);
    for (const int32_t tensor : op.outputs) use(tensor, step);
  }
  for (const int32_t tensor : subgraph.outputs) use(tensor, end);
  for (size_t i = 0; i < lifetimes.size(); ++i) {
    const graph::Tensor& tensor = subgraph.tensors[i];
    const bool used = lifetimes[i].first_step != kNever;
    if (tensor.is_constant()) lifetimes[i].first_step = kNever;
    if (used && !tensor.is_constant() && (preserve_all || tensor.is_variable)) {
      lifetimes[i].first_step = -1, lifetimes[i].last_step = end;
    }
  }
  return lifetimes;
}

}  // namespace

Result<Interpreter> Interpreter::create(const graph::Model& model, const InterpreterOptions& options) {
  Interpreter interpreter(model, options);
  ATOLL_ASSIGN(std::vector<std::unique_ptr<Kernel>> kernels, interpreter.prepare_kernels());
  ATOLL_TRY(interpreter.allocate());
  interpreter.bind(std::move(kernels));
  return interpreter;
}

Result<std::vector<std::unique_ptr<Kernel>>> Interpreter::prepare_kernels() const {
  std::vector<std::unique_ptr<Kernel>> kernels;
  ErrorCollector errors;
  for (size_t i = 0; i < subgraph().ops.size(); ++i) {
    const bool unknown = subgraph().ops[i].kind == graph::OpKind::kUnknown && options_.prepare_unknown;
    Result<std::unique_ptr<Kernel>> kernel =
        unknown ? options_.prepare_unknown(subgraph(), i) : prepare(subgraph(), i, options_.kernels);
    if (kernel.ok()) {
      kernels.push_back(std::move(kernel).value());
    } else {
      errors.add(std::move(kernel).error());
    }
  }
  ATOLL_TRY(std::move(errors).status());
  return kernels;
}

Status Interpreter::allocate() {
  const std::vector<Lifetime> all = find_lifetimes(subgraph(), options_.preserve_all);
  std::vector<Lifetime> planned;
  std::vector<size_t> tensors;
  int64_t total = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].first_step == kNever) continue;
    planned.push_back(all[i]);
    planned.back().bytes = graph::num_bytes(subgraph().tensors[i].shape, subgraph().tensors[i].type);
    if (planned.back().bytes > options_.memory_limit_bytes) {
      return make_error(ErrorCode::kDoesNotFit, "{} alone needs {} bytes, and the limit is {}",
                        graph::tensor_label(subgraph(), i), planned.back().bytes, options_.memory_limit_bytes);
    }
    total += planned.back().bytes;
    tensors.push_back(i);
  }
  const MemoryPlan plan = plan_memory(planned);
  if (plan.bytes > options_.memory_limit_bytes) {
    return make_error(ErrorCode::kDoesNotFit, "the model's tensors need {} bytes at once, and the limit is {}",
                      plan.bytes, options_.memory_limit_bytes);
  }
  offsets_.assign(all.size(), -1);
  for (size_t i = 0; i < tensors.size(); ++i) offsets_[tensors[i]] = plan.offsets[i];
  memory_.assign(static_cast<size_t>(plan.bytes), 0);
  return {};
}

void Interpreter::bind(std::vector<std::unique_ptr<Kernel>> kernels) {
  for (size_t i = 0; i < kernels.size(); ++i) {
    const graph::Op& op = subgraph().ops[i];
    Step step{std::move(kernels[i]), {}, {}};
    for (const int32_t tensor : op.inputs) {
      step.inputs.push_back(tensor == graph::kNoTensor ? ConstView() : const_view(static_cast<size_t>(tensor)));
    }
    for (const int32_t tensor : op.outputs) step.outputs.push_back(mut_view(static_cast<size_t>(tensor)));
    steps_.push_back(std::move(step));
  }
}

ConstView Interpreter::const_view(size_t index) const {
  const graph::Tensor& tensor = subgraph().tensors[index];
  if (tensor.is_constant()) return {tensor.type, tensor.shape, *tensor.data, true};
  const auto bytes = static_cast<size_t>(graph::num_bytes(tensor.shape, tensor.type));
  ATOLL_CHECK(offsets_[index] >= 0, "{} has no memory", graph::tensor_label(subgraph(), index));
  return {tensor.type, tensor.shape, std::span(memory_).subspan(static_cast<size_t>(offsets_[index]), bytes), true};
}

MutView Interpreter::mut_view(size_t index) {
  const graph::Tensor& tensor = subgraph().tensors[index];
  const auto bytes = static_cast<size_t>(graph::num_bytes(tensor.shape, tensor.type));
  ATOLL_CHECK(offsets_[index] >= 0, "{} has no memory", graph::tensor_label(subgraph(), index));
  return {tensor.type, tensor.shape, std::span(memory_).subspan(static_cast<size_t>(offsets_[index]), bytes)};
}

void Interpreter::set_input(size_t position, std::span<const uint8_t> bytes) {
  ATOLL_CHECK(position < num_inputs(), "input {} of {}", position, num_inputs());
  const MutView view = mut_view(static_cast<size_t>(subgraph().inputs[position]));
  ATOLL_CHECK(bytes.size() == view.bytes.size(), "input {} has {} bytes, not {}", position, view.bytes.size(),
              bytes.size());
  std::copy(bytes.begin(), bytes.end(), view.bytes.begin());
}

Status Interpreter::invoke() {
  for (const Step& step : steps_) ATOLL_TRY(step.kernel->run(step.inputs, step.outputs));
  return {};
}

ConstView Interpreter::output(size_t position) const {
  ATOLL_CHECK(position < num_outputs(), "output {} of {}", position, num_outputs());
  return const_view(static_cast<size_t>(subgraph().outputs[position]));
}

bool Interpreter::has_tensor(size_t tensor) const {
  if (subgraph().tensors[tensor].is_constant()) return true;
  if (offsets_[tensor] < 0) return false;
  const std::vector<int32_t>& outputs = subgraph().outputs;
  return options_.preserve_all ||
         std::find(outputs.begin(), outputs.end(), static_cast<int32_t>(tensor)) != outputs.end();
}

ConstView Interpreter::tensor(size_t tensor) const {
  ATOLL_CHECK(has_tensor(tensor), "{} is not kept", graph::tensor_label(subgraph(), tensor));
  return const_view(tensor);
}

}  // namespace atl::kernels

#include "common/kernels/tensor_store.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "common/kernels/memory_plan.h"

namespace atl::kernels {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// First and last step at which each tensor is alive; first_step kNever: never. Inputs live from step -1, outputs to the
// end.
std::vector<Lifetime> find_lifetimes(const ResolvedSubgraph& resolved, bool preserve_all) {
  const graph::Subgraph& subgraph = resolved.subgraph;
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
    if (tensor.is_constant() || resolved.dynamic_tensor[i]) {
      lifetimes[i].first_step = kNever;
    } else if (used && (preserve_all || tensor.is_variable)) {
      lifetimes[i].first_step = -1, lifetimes[i].last_step = end;
    }
  }
  return lifetimes;
}

}  // namespace

int64_t stored_bytes(const graph::Shape& shape, graph::DType type) {
  return type == graph::DType::kResource ? static_cast<int64_t>(sizeof(int32_t)) : graph::num_bytes(shape, type);
}

Result<TensorStore> TensorStore::create(const ResolvedSubgraph& resolved, bool preserve_all,
                                        int64_t memory_limit_bytes) {
  TensorStore store(resolved, memory_limit_bytes);
  ATOLL_TRY(store.plan(preserve_all));
  return store;
}

Status TensorStore::plan(bool preserve_all) {
  const std::vector<Lifetime> all = find_lifetimes(*resolved_, preserve_all);
  std::vector<Lifetime> planned;
  std::vector<size_t> tensors;
  for (size_t i = 0; i < all.size(); ++i) {
    dynamic_.push_back(resolved_->dynamic_tensor[i] ? std::make_unique<Dynamic>() : nullptr);
    if (all[i].first_step == kNever) continue;
    planned.push_back(all[i]);
    planned.back().bytes = stored_bytes(tensor(i).shape, tensor(i).type);
    if (planned.back().bytes > limit_) {
      return make_error(ErrorCode::kDoesNotFit, "{} alone needs {} bytes, and the limit is {}",
                        graph::tensor_label(resolved_->subgraph, i), planned.back().bytes, limit_);
    }
    tensors.push_back(i);
  }
  const MemoryPlan plan = plan_memory(planned);
  if (plan.bytes > limit_) {
    return make_error(ErrorCode::kDoesNotFit, "the model's tensors need {} bytes at once, and the limit is {}",
                      plan.bytes, limit_);
  }
  offsets_.assign(all.size(), -1);
  for (size_t i = 0; i < tensors.size(); ++i) offsets_[tensors[i]] = plan.offsets[i];
  memory_.assign(static_cast<size_t>(plan.bytes), 0);
  clear_variables();
  return {};
}

bool TensorStore::has(size_t index) const {
  return tensor(index).is_constant() || dynamic_[index] != nullptr || offsets_[index] >= 0;
}

ConstView TensorStore::view(size_t index) const {
  const graph::Tensor& t = tensor(index);
  if (t.is_constant()) return {t.type, t.shape, *t.data, true};
  if (dynamic_[index] != nullptr) return {t.type, dynamic_[index]->shape, dynamic_[index]->bytes, true};
  ATOLL_CHECK(offsets_[index] >= 0, "{} has no memory", graph::tensor_label(resolved_->subgraph, index));
  const auto bytes = static_cast<size_t>(stored_bytes(t.shape, t.type));
  return {t.type, t.shape, std::span(memory_).subspan(static_cast<size_t>(offsets_[index]), bytes), true};
}

MutView TensorStore::mutable_view(size_t index) {
  const graph::Tensor& t = tensor(index);
  if (dynamic_[index] != nullptr) return {t.type, dynamic_[index]->shape, dynamic_[index]->bytes};
  ATOLL_CHECK(offsets_[index] >= 0, "{} has no memory", graph::tensor_label(resolved_->subgraph, index));
  const auto bytes = static_cast<size_t>(stored_bytes(t.shape, t.type));
  return {t.type, t.shape, std::span(memory_).subspan(static_cast<size_t>(offsets_[index]), bytes)};
}

Result<MutView> TensorStore::reshape(size_t index, const graph::Shape& shape) {
  ATOLL_CHECK(dynamic_[index] != nullptr, "{} has a known shape", graph::tensor_label(resolved_->subgraph, index));
  const int64_t bytes = stored_bytes(shape, tensor(index).type);
  if (bytes > limit_) {
    return make_error(ErrorCode::kDoesNotFit, "{} needs {} bytes as it runs, and the limit is {}",
                      graph::tensor_label(resolved_->subgraph, index), bytes, limit_);
  }
  dynamic_[index]->shape = shape;
  dynamic_[index]->bytes.assign(static_cast<size_t>(bytes), 0);
  return mutable_view(index);
}

void TensorStore::clear_variables() {
  for (size_t i = 0; i < offsets_.size(); ++i) {
    const graph::Tensor& t = tensor(i);
    if (!t.is_variable || offsets_[i] < 0) continue;
    const bool biased = t.type == graph::DType::kInt8 && !t.quant.zero_point.empty();
    const MutView view = mutable_view(i);
    std::memset(view.bytes.data(), biased ? static_cast<int>(t.quant.zero_point[0]) : 0, view.bytes.size());
  }
}

}  // namespace atl::kernels

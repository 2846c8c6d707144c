#include "quantizer/prepare/edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/base/check.h"

namespace atl::quantizer {

using graph::kNoTensor;

Edits::Edits(graph::Model& model) : subgraph_(model.main()), edge_(subgraph_.tensors.size(), false) {
  for (const auto* list : {&subgraph_.inputs, &subgraph_.outputs}) {
    for (const int32_t tensor : *list) edge_[static_cast<size_t>(tensor)] = true;
  }
  for (const graph::Signature& signature : model.signatures) {
    if (signature.subgraph != 0) continue;
    for (const auto* list : {&signature.inputs, &signature.outputs}) {
      for (const graph::SignatureEntry& entry : *list) edge_[static_cast<size_t>(entry.tensor)] = true;
    }
  }
  count();
}

void Edits::count() {
  reads_.assign(subgraph_.tensors.size(), 0);
  producer_.assign(subgraph_.tensors.size(), kNoTensor);
  gone_.assign(subgraph_.ops.size(), false);
  for (size_t i = 0; i < subgraph_.ops.size(); ++i) {
    const graph::Op& op = subgraph_.ops[i];
    for (const auto* list : {&op.inputs, &op.intermediates}) {
      for (const int32_t tensor : *list) {
        if (tensor != kNoTensor) ++reads_[static_cast<size_t>(tensor)];
      }
    }
    for (const int32_t tensor : op.outputs) {
      if (tensor != kNoTensor) producer_[static_cast<size_t>(tensor)] = static_cast<int32_t>(i);
    }
  }
  for (const int32_t tensor : subgraph_.outputs) ++reads_[static_cast<size_t>(tensor)];
}

graph::Op* Edits::producer(int32_t tensor) {
  const int32_t op = producer_[static_cast<size_t>(tensor)];
  return op == kNoTensor ? nullptr : &subgraph_.ops[static_cast<size_t>(op)];
}

void Edits::replace_reads(int32_t from, int32_t to) {
  for (graph::Op& op : subgraph_.ops) {
    for (int32_t& input : op.inputs) {
      if (input != from) continue;
      input = to;
      --reads_[static_cast<size_t>(from)];
      ++reads_[static_cast<size_t>(to)];
    }
  }
}

std::optional<int32_t> Edits::bypass(size_t index, int32_t from) {
  const int32_t to = subgraph_.ops[index].outputs[0];
  if (!is_edge(to)) {
    remove(index);
    replace_reads(to, from);
    return from;
  }
  if (is_edge(from) || producer(from) == nullptr || tensor(from).is_variable) return std::nullopt;
  take_over(index, from);
  return to;
}

void Edits::take_over(size_t index, int32_t from) {
  const int32_t to = subgraph_.ops[index].outputs[0];
  graph::Op* writer = producer(from);
  ATOLL_CHECK(writer != nullptr, "nothing computes {}", tensor_label(subgraph_, static_cast<size_t>(from)));
  remove(index);
  replace_reads(from, to);
  std::replace(writer->outputs.begin(), writer->outputs.end(), from, to);
  std::swap(producer_[static_cast<size_t>(to)], producer_[static_cast<size_t>(from)]);
}

void Edits::remove(size_t index) {
  graph::Op& op = subgraph_.ops[index];
  for (const auto* list : {&op.inputs, &op.intermediates}) {
    for (const int32_t tensor : *list) {
      if (tensor != kNoTensor) --reads_[static_cast<size_t>(tensor)];
    }
  }
  for (const int32_t tensor : op.outputs) {
    if (tensor != kNoTensor) producer_[static_cast<size_t>(tensor)] = kNoTensor;
  }
  op.inputs.clear(), op.outputs.clear(), op.intermediates.clear();
  gone_[index] = true;
}

int32_t Edits::add_constant(graph::Tensor tensor) {
  subgraph_.tensors.push_back(std::move(tensor));
  reads_.push_back(0);
  producer_.push_back(kNoTensor);
  edge_.push_back(false);
  return static_cast<int32_t>(subgraph_.tensors.size()) - 1;
}

void Edits::set_input(graph::Op& op, size_t position, int32_t tensor) {
  if (op.inputs.size() <= position) op.inputs.resize(position + 1, kNoTensor);
  if (op.inputs[position] != kNoTensor) --reads_[static_cast<size_t>(op.inputs[position])];
  op.inputs[position] = tensor;
  ++reads_[static_cast<size_t>(tensor)];
}

void Edits::become(graph::Op& op, graph::OpKind kind, int32_t input) {
  for (const int32_t operand : op.inputs) {
    if (operand != kNoTensor) --reads_[static_cast<size_t>(operand)];
  }
  op.inputs = {input};
  ++reads_[static_cast<size_t>(input)];
  op.kind = kind;
  op.attrs = graph::default_attributes(kind);
  op.builtin_code = graph::op_info(kind).builtin_code;
  op.version = 0;
  op.opaque = nullptr;
}

void Edits::finish() {
  size_t index = 0;
  std::erase_if(subgraph_.ops, [&](const graph::Op&) { return static_cast<bool>(gone_[index++]); });
  count();
}

graph::Tensor float_constant(const graph::Subgraph& subgraph, const std::string& name, graph::Shape shape,
                             const std::vector<float>& values) {
  graph::Tensor tensor;
  const auto taken = [&] {
    return std::any_of(subgraph.tensors.begin(), subgraph.tensors.end(),
                       [&](const graph::Tensor& other) { return other.name == tensor.name; });
  };
  tensor.name = name;
  for (int i = 2; taken(); ++i) tensor.name = fmt::format("{}_{}", name, i);
  tensor.has_rank = true;
  tensor.shape = std::move(shape);
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  tensor.data = graph::make_buffer(std::move(bytes));
  return tensor;
}

}  // namespace atl::quantizer

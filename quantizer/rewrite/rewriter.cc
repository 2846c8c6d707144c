#include "quantizer/rewrite/rewriter.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/base/check.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/rewrite/quantize_values.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::kNoTensor;

class Rewriter {
 public:
  Rewriter(const graph::Model& model, const Plan& plan, const EdgeTypes& edges)
      : from_(model.main()), plan_(plan), edges_(edges), tensor_of_(from_.tensors.size(), kNoTensor) {
    result_.model = model;
    to().tensors.clear();
    to().ops.clear();
    for (const graph::Tensor& tensor : from_.tensors) names_.insert(tensor.name);
  }

  Rewritten run() {
    add_tensors();
    const std::vector<int32_t> inputs = add_inputs();
    for (size_t i = 0; i < from_.ops.size(); ++i) add_op(i);
    const std::vector<int32_t> outputs = add_outputs();
    connect_signatures(inputs, outputs);
    return std::move(result_);
  }

 private:
  graph::Subgraph& to() { return result_.model.main(); }

  int32_t add_tensor(graph::Tensor tensor, int32_t origin) {
    to().tensors.push_back(std::move(tensor));
    result_.origin.push_back(origin);
    return static_cast<int32_t>(to().tensors.size()) - 1;
  }

  std::string new_name(const std::string& wanted) {
    std::string name = wanted;
    for (int i = 2; !names_.insert(name).second; ++i) name = fmt::format("{}_{}", wanted, i);
    return name;
  }

  std::vector<bool> used_tensors() const;
  void add_tensors();
  void add_constants(int32_t index);
  void add_op(size_t index);
  int32_t operand(const OperandRef& ref);
  int32_t requantized(int32_t index, const AffineParams& params);
  void add_conversion(int32_t from, int32_t to_tensor);
  int32_t add_edge(int32_t index, DType type);
  std::vector<int32_t> add_inputs();
  std::vector<int32_t> add_outputs();
  void connect_signatures(const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs);

  const graph::Subgraph& from_;
  const Plan& plan_;
  const EdgeTypes edges_;
  Rewritten result_;
  std::vector<int32_t> tensor_of_;  // by tensor of from_: what stands for it
  std::map<int32_t, std::vector<std::pair<ConstantPlan, int32_t>>> constants_;  // by tensor of from_: its forms
  std::map<std::pair<int32_t, AffineParams>, int32_t> requantized_;
  std::set<std::string> names_;
};

std::vector<bool> Rewriter::used_tensors() const {
  std::vector<bool> used(from_.tensors.size(), false);
  const auto use = [&](const std::vector<int32_t>& list) {
    for (int32_t index : list) {
      if (index != kNoTensor) used[static_cast<size_t>(index)] = true;
    }
  };
  for (const graph::Op& op : from_.ops) use(op.inputs), use(op.outputs), use(op.intermediates);
  use(from_.inputs), use(from_.outputs);
  for (const graph::Signature& signature : result_.model.signatures) {
    if (signature.subgraph != 0) continue;
    for (const auto& entry : signature.inputs) use({entry.tensor});
    for (const auto& entry : signature.outputs) use({entry.tensor});
  }
  return used;
}

void Rewriter::add_tensors() {
  for (const auto& [ref, constant] : plan_.constants) {
    auto& forms = constants_[from_.ops[ref.op].inputs[ref.input]];
    const auto same = [&c = constant](const auto& form) { return form.first == c; };
    if (std::none_of(forms.begin(), forms.end(), same)) forms.emplace_back(constant, kNoTensor);
  }
  const std::vector<bool> used = used_tensors();
  for (size_t t = 0; t < used.size(); ++t) {
    const auto index = static_cast<int32_t>(t);
    if (!used[t]) continue;
    if (constants_.contains(index)) {
      add_constants(index);
      continue;
    }
    graph::Tensor tensor = from_.tensors[t];
    if (plan_.activations[t]) {
      tensor.type = activation_type(plan_.scheme);
      tensor.quant = to_quantization(*plan_.activations[t]);
    }
    tensor_of_[t] = add_tensor(std::move(tensor), index);
  }
}

void Rewriter::add_constants(int32_t index) {
  const graph::Tensor& from = tensor_at(from_, index);
  const std::vector<float> values = float_values(from);
  bool first = true;
  for (auto& [form, placed] : constants_[index]) {
    graph::Tensor tensor = from;
    if (!std::exchange(first, false)) tensor.name = new_name(from.name + "_2");
    tensor.type = form.type;
    tensor.quant = form.quant;
    tensor.data = graph::make_buffer(quantize_constant(values, from.shape, form));
    placed = add_tensor(std::move(tensor), index);
  }
}

int32_t Rewriter::operand(const OperandRef& ref) {
  const int32_t index = from_.ops[ref.op].inputs[ref.input];
  if (index == kNoTensor) return kNoTensor;
  if (const auto constant = plan_.constants.find(ref); constant != plan_.constants.end()) {
    for (const auto& [form, placed] : constants_.at(index)) {
      if (form == constant->second) return placed;
    }
  }
  if (const auto read = plan_.requantized.find(ref); read != plan_.requantized.end()) {
    return requantized(index, read->second);
  }
  const int32_t mapped = tensor_of_[static_cast<size_t>(index)];
  ATOLL_CHECK(mapped != kNoTensor, "{} has no place", tensor_label(from_, static_cast<size_t>(index)));
  return mapped;
}

int32_t Rewriter::requantized(int32_t index, const AffineParams& params) {
  const auto [place, is_new] = requantized_.try_emplace({index, params}, kNoTensor);
  if (!is_new) return place->second;
  graph::Tensor tensor = tensor_at(from_, index);
  tensor.name = new_name(tensor.name + "_requantized");
  tensor.type = activation_type(plan_.scheme);
  tensor.quant = to_quantization(params);
  place->second = add_tensor(std::move(tensor), kNoTensor);
  add_conversion(tensor_of_[static_cast<size_t>(index)], place->second);
  return place->second;
}

// DEQUANTIZE to float32, otherwise QUANTIZE.
void Rewriter::add_conversion(int32_t from, int32_t to_tensor) {
  graph::Op op;
  op.kind = tensor_at(to(), to_tensor).type == DType::kFloat32 ? graph::OpKind::kDequantize : graph::OpKind::kQuantize;
  op.builtin_code = graph::op_info(op.kind).builtin_code;
  op.attrs = graph::default_attributes(op.kind);
  op.inputs = {from};
  op.outputs = {to_tensor};
  to().ops.push_back(std::move(op));
}

void Rewriter::add_op(size_t index) {
  graph::Op op = from_.ops[index];
  if (computes_in_float(from_, op)) {
    op.version = 0;  // types change, and versions with them
    if (auto* dense = std::get_if<graph::FullyConnectedAttrs>(&op.attrs)) dense->asymmetric_quantize_inputs = false;
    if (auto* products = std::get_if<graph::BatchMatMulAttrs>(&op.attrs)) products->asymmetric_quantize_inputs = false;
    // Scales of int16 sums are no powers of two.
    if (auto* sum = std::get_if<graph::AddAttrs>(&op.attrs); sum != nullptr && plan_.scheme == Scheme::kInt16x8) {
      sum->pot_scale_int16 = false;
    }
  }
  for (size_t i = 0; i < op.inputs.size(); ++i) op.inputs[i] = operand({index, i});
  for (auto* list : {&op.outputs, &op.intermediates}) {
    for (int32_t& tensor : *list) {
      if (tensor != kNoTensor) tensor = tensor_of_[static_cast<size_t>(tensor)];
    }
  }
  to().ops.push_back(std::move(op));
}

// A tensor of the edge's type that takes the name of an activation of from_.
int32_t Rewriter::add_edge(int32_t index, DType type) {
  graph::Tensor edge = tensor_at(from_, index);
  edge.type = type;
  edge.quant = {};
  if (type == DType::kUint8) {
    AffineParams params = *plan_.activations[static_cast<size_t>(index)];
    params.zero_point += 128;
    edge.quant = to_quantization(params);
  }
  graph::Tensor& inner = to().tensors[static_cast<size_t>(tensor_of_[static_cast<size_t>(index)])];
  // An input that is an output as well has given its name away already.
  if (inner.name != edge.name)
    edge.name = new_name(edge.name + "_output");
  else
    inner.name = new_name(fmt::format("{}_{}", edge.name, dtype_name(inner.type)));
  return add_tensor(std::move(edge), index);
}

std::vector<int32_t> Rewriter::add_inputs() {
  for (int32_t& input : to().inputs) {
    const int32_t index = input;
    input = tensor_of_[static_cast<size_t>(index)];
    if (!is_activation(from_, index) || edges_.input == activation_type(plan_.scheme)) continue;
    const int32_t inner = input;
    input = add_edge(index, edges_.input);
    add_conversion(input, inner);
  }
  return to().inputs;
}

std::vector<int32_t> Rewriter::add_outputs() {
  std::map<int32_t, int32_t> edge_of;  // one conversion for an output that is listed twice
  for (int32_t& output : to().outputs) {
    const int32_t index = output;
    output = tensor_of_[static_cast<size_t>(index)];
    if (!is_activation(from_, index) || edges_.output == activation_type(plan_.scheme)) continue;
    const auto [place, is_new] = edge_of.try_emplace(index, kNoTensor);
    if (is_new) {
      place->second = add_edge(index, edges_.output);
      add_conversion(output, place->second);
    }
    output = place->second;
  }
  return to().outputs;
}

void Rewriter::connect_signatures(const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs) {
  const auto connect = [&](std::vector<graph::SignatureEntry>& entries, const std::vector<int32_t>& before,
                           const std::vector<int32_t>& after) {
    for (graph::SignatureEntry& entry : entries) {
      const auto found = std::find(before.begin(), before.end(), entry.tensor);
      entry.tensor = found != before.end() ? after[static_cast<size_t>(found - before.begin())]
                                           : tensor_of_[static_cast<size_t>(entry.tensor)];
    }
  };
  for (graph::Signature& signature : result_.model.signatures) {
    if (signature.subgraph != 0) continue;
    connect(signature.inputs, from_.inputs, inputs);
    connect(signature.outputs, from_.outputs, outputs);
  }
}

}  // namespace

Rewritten rewrite(const graph::Model& model, const Plan& plan, const EdgeTypes& edges) {
  return Rewriter(model, plan, edges).run();
}

}  // namespace atl::quantizer

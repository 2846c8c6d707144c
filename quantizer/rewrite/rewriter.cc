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

void give_form(graph::Tensor& tensor, const Form& form) {
  tensor.type = form.type;
  tensor.quant = form.type == DType::kFloat32 ? graph::Quantization() : to_quantization(form.params);
}

class Rewriter {
 public:
  Rewriter(const graph::Model& model, const Plan& plan)
      : from_(model.main()), plan_(plan), tensor_of_(from_.tensors.size(), kNoTensor) {
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
  std::vector<bool> kept_constants() const;
  void add_constants(int32_t index, bool kept);
  void add_op(size_t index);
  int32_t operand(const OperandRef& ref);
  const Form& form_of(int32_t index) const { return plan_.activations[static_cast<size_t>(index)]; }
  int32_t converted(int32_t index, const Form& form);
  void add_conversion(int32_t from, int32_t to_tensor);
  int32_t add_edge(int32_t index, const Form& form);
  void name_edge(int32_t index, int32_t edge);
  std::vector<int32_t> add_inputs();
  std::vector<int32_t> add_outputs();
  int32_t add_output(int32_t index, const Form& form);
  void connect_signatures(const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs);

  const graph::Subgraph& from_;
  const Plan& plan_;
  Rewritten result_;
  std::vector<int32_t> tensor_of_;  // by tensor of from_: what stands for it
  std::map<int32_t, std::vector<std::pair<ConstantPlan, int32_t>>> constants_;  // by tensor of from_: its forms
  std::map<std::pair<int32_t, Form>, int32_t> converted_;                       // activations in another form
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

// Whether somebody reads a constant as it is.
std::vector<bool> Rewriter::kept_constants() const {
  std::vector<bool> kept(from_.tensors.size(), false);
  for (size_t i = 0; i < from_.ops.size(); ++i) {
    const graph::Op& op = from_.ops[i];
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      if (op.inputs[k] != kNoTensor && !plan_.constants.contains({i, k}))
        kept[static_cast<size_t>(op.inputs[k])] = true;
    }
  }
  for (int32_t output : from_.outputs) kept[static_cast<size_t>(output)] = true;
  return kept;
}

void Rewriter::add_tensors() {
  for (const auto& [ref, constant] : plan_.constants) {
    auto& forms = constants_[from_.ops[ref.op].inputs[ref.input]];
    const auto same = [&c = constant](const auto& form) { return form.first == c; };
    if (std::none_of(forms.begin(), forms.end(), same)) forms.emplace_back(constant, kNoTensor);
  }
  const std::vector<bool> used = used_tensors(), kept = kept_constants();
  for (size_t t = 0; t < used.size(); ++t) {
    const auto index = static_cast<int32_t>(t);
    if (!used[t]) continue;
    if (constants_.contains(index)) {
      add_constants(index, kept[t]);
      continue;
    }
    graph::Tensor tensor = from_.tensors[t];
    if (form_of(index).type != DType::kFloat32) give_form(tensor, form_of(index));
    tensor_of_[t] = add_tensor(std::move(tensor), index);
  }
}

void Rewriter::add_constants(int32_t index, bool kept) {
  const graph::Tensor& from = tensor_at(from_, index);
  const std::vector<float> values = float_values(from);
  if (kept) tensor_of_[static_cast<size_t>(index)] = add_tensor(from, index);
  bool first = !kept;
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
  if (const auto read = plan_.reads.find(ref); read != plan_.reads.end()) return converted(index, read->second);
  const int32_t mapped = tensor_of_[static_cast<size_t>(index)];
  ATOLL_CHECK(mapped != kNoTensor, "{} has no place", tensor_label(from_, static_cast<size_t>(index)));
  return mapped;
}

// The copy of an activation in a form that isn't its own, made where it is first asked for.
int32_t Rewriter::converted(int32_t index, const Form& form) {
  const auto [place, is_new] = converted_.try_emplace({index, form}, kNoTensor);
  if (!is_new) return place->second;
  graph::Tensor tensor = tensor_at(from_, index);
  const bool same_type = form.type == form_of(index).type;
  tensor.name = new_name(fmt::format("{}_{}", tensor.name, same_type ? "requantized" : dtype_name(form.type)));
  give_form(tensor, form);
  place->second = add_tensor(std::move(tensor), same_type ? kNoTensor : index);
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
  result_.op_origin.push_back(-1);
}

void Rewriter::add_op(size_t index) {
  graph::Op op = from_.ops[index];
  if (plan_.is_integer(index)) {
    op.version = 0;  // types change, and versions with them
    if (auto* dense = std::get_if<graph::FullyConnectedAttrs>(&op.attrs)) dense->asymmetric_quantize_inputs = false;
    if (auto* products = std::get_if<graph::BatchMatMulAttrs>(&op.attrs)) products->asymmetric_quantize_inputs = false;
    // Scales of int16 sums are no powers of two.
    if (auto* sum = std::get_if<graph::AddAttrs>(&op.attrs); sum != nullptr && plan_.of_op[index] == DType::kInt16) {
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
  result_.op_origin.push_back(static_cast<int32_t>(index));
}

// The edge takes the name of an activation of from_, and what had it is called after its type.
void Rewriter::name_edge(int32_t index, int32_t edge) {
  const std::string& name = tensor_at(from_, index).name;
  graph::Tensor& inner = to().tensors[static_cast<size_t>(tensor_of_[static_cast<size_t>(index)])];
  graph::Tensor& outer = to().tensors[static_cast<size_t>(edge)];
  if (inner.name != name) {
    outer.name = new_name(name + "_output");  // an input that is an output as well has given its name away already
  } else {
    inner.name = new_name(fmt::format("{}_{}", name, dtype_name(inner.type)));
    outer.name = name;
  }
}

int32_t Rewriter::add_edge(int32_t index, const Form& form) {
  graph::Tensor tensor = tensor_at(from_, index);
  give_form(tensor, form);
  const int32_t edge = add_tensor(std::move(tensor), index);
  name_edge(index, edge);
  return edge;
}

std::vector<int32_t> Rewriter::add_inputs() {
  for (size_t i = 0; i < from_.inputs.size(); ++i) {
    const int32_t index = from_.inputs[i];
    int32_t& input = to().inputs[i];
    input = tensor_of_[static_cast<size_t>(index)];
    if (!is_activation(from_, index) || plan_.inputs[i] == form_of(index)) continue;
    const int32_t inner = input;
    input = add_edge(index, plan_.inputs[i]);
    add_conversion(input, inner);
  }
  return to().inputs;
}

std::vector<int32_t> Rewriter::add_outputs() {
  std::map<int32_t, int32_t> edge_of;  // one conversion for an output that is listed twice
  for (size_t i = 0; i < from_.outputs.size(); ++i) {
    const int32_t index = from_.outputs[i];
    int32_t& output = to().outputs[i];
    output = tensor_of_[static_cast<size_t>(index)];
    const Form& form = plan_.outputs[i];
    if (!is_activation(from_, index) || form == form_of(index)) continue;
    const auto [place, is_new] = edge_of.try_emplace(index, kNoTensor);
    if (is_new) place->second = add_output(index, form);
    output = place->second;
  }
  return to().outputs;
}

int32_t Rewriter::add_output(int32_t index, const Form& form) {
  if (const auto copy = converted_.find({index, form}); copy != converted_.end()) {
    name_edge(index, copy->second);
    return copy->second;
  }
  int32_t from = tensor_of_[static_cast<size_t>(index)];
  // No QUANTIZE takes int16 to uint8 at once.
  if (form_of(index).type == DType::kInt16 && form.type == DType::kUint8) {
    from = converted(index, {DType::kInt8, {form.params.scale, form.params.zero_point - 128}});
  }
  const int32_t edge = add_edge(index, form);
  add_conversion(from, edge);
  return edge;
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

Rewritten rewrite(const graph::Model& model, const Plan& plan) { return Rewriter(model, plan).run(); }

}  // namespace atl::quantizer

#include "quantizer/observe/inner_tensors.h"

#include <array>
#include <set>
#include <string>

#include "common/base/check.h"
#include "common/kernels/recurrent/inner_values.h"

namespace atl::quantizer {
namespace {

using kernels::recurrent::kCells;
using kernels::recurrent::kHiddenValues;
using kernels::recurrent::kInputGateSum;

constexpr size_t kIntermediates = kHiddenValues + 1;
constexpr std::array<const char*, kIntermediates> kNames = {"input_gate", "forget_gate", "cell_gate", "output_gate",
                                                            "hidden"};

bool is_float_lstm(const graph::Subgraph& subgraph, const graph::Op& op) {
  return op.kind == graph::OpKind::kUnidirectionalSequenceLstm && has_input(op, 0) &&
         subgraph.tensors[static_cast<size_t>(op.inputs[0])].type == graph::DType::kFloat32;
}

}  // namespace

void add_inner_tensors(graph::Subgraph& subgraph, const std::vector<bool>& integer) {
  std::set<std::string> taken;
  for (const graph::Tensor& tensor : subgraph.tensors) taken.insert(tensor.name);
  for (size_t op_index = 0; op_index < subgraph.ops.size(); ++op_index) {
    graph::Op& op = subgraph.ops[op_index];
    if (!integer[op_index] || !is_float_lstm(subgraph, op)) continue;
    op.intermediates.resize(kIntermediates, graph::kNoTensor);
    const std::string output = subgraph.tensors[static_cast<size_t>(op.outputs[0])].name;
    for (size_t i = 0; i < kIntermediates; ++i) {
      if (op.intermediates[i] != graph::kNoTensor) continue;
      graph::Tensor tensor;
      tensor.name = output + "/" + kNames[i];
      while (!taken.insert(tensor.name).second) tensor.name += "_";
      tensor.shape = {0};
      op.intermediates[i] = static_cast<int32_t>(subgraph.tensors.size());
      subgraph.tensors.push_back(std::move(tensor));
    }
  }
}

int32_t inner_tensor(const graph::Op& op, size_t place) {
  if (op.kind != graph::OpKind::kUnidirectionalSequenceLstm) return graph::kNoTensor;
  if (place == kCells) return has_input(op, lstm::kCellState) ? op.inputs[lstm::kCellState] : graph::kNoTensor;
  return place < op.intermediates.size() ? op.intermediates[place] : graph::kNoTensor;
}

std::vector<int32_t> inner_tensors_needed(const graph::Op& op) {
  if (op.kind == graph::OpKind::kSvdf) {
    return has_input(op, svdf::kState) ? std::vector{op.inputs[svdf::kState]} : std::vector<int32_t>();
  }
  if (op.kind != graph::OpKind::kUnidirectionalSequenceLstm) return {};
  std::vector<size_t> places = {kCells};
  if (has_input(op, lstm::kProjection)) places.push_back(kHiddenValues);
  for (size_t gate = 0; gate < lstm::kGates; ++gate) {
    const bool computed = has_input(op, lstm::kInputWeights + gate);
    if (computed && has_input(op, lstm::kNormalization + gate)) places.push_back(kInputGateSum + gate);
  }
  std::vector<int32_t> tensors;
  for (const size_t place : places) {
    const int32_t tensor = inner_tensor(op, place);
    if (tensor != graph::kNoTensor) tensors.push_back(tensor);
  }
  return tensors;
}

std::vector<size_t> state_inputs(graph::OpKind kind) {
  switch (kind) {
    case graph::OpKind::kUnidirectionalSequenceLstm: return {lstm::kOutputState, lstm::kCellState};
    case graph::OpKind::kSvdf: return {svdf::kState};
    default: return {};
  }
}

}  // namespace atl::quantizer

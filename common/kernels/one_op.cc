#include "common/kernels/one_op.h"

#include <algorithm>

#include "common/graph/cut_op.h"
#include "common/graph/shapes.h"
#include "common/graph/verifier.h"
#include "common/kernels/registry.h"

namespace atl::kernels {
namespace {

// Whether input 1 steers the operator, of whatever integer type.
bool has_narrow_steering(graph::OpKind kind) {
  using graph::OpKind;
  return kind == OpKind::kPad || kind == OpKind::kPadV2 || kind == OpKind::kTopK;
}

}  // namespace

Result<std::vector<Bytes>> run_one_op(const graph::Subgraph& subgraph, size_t op_index, const KernelOptions& options) {
  ATOLL_ASSIGN(const auto kernel, prepare(subgraph, op_index, options));
  const graph::Op& op = subgraph.ops[op_index];
  std::vector<ConstView> inputs;
  for (const int32_t input : op.inputs) {
    if (input == graph::kNoTensor) {
      inputs.emplace_back();
      continue;
    }
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(input)];
    inputs.push_back({tensor.type, tensor.shape,
                      tensor.data ? std::span<const uint8_t>(*tensor.data) : std::span<const uint8_t>(), true});
  }
  std::vector<Bytes> values;
  std::vector<MutView> outputs;
  values.reserve(op.outputs.size());
  for (const int32_t output : op.outputs) {
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(output)];
    values.emplace_back(static_cast<size_t>(graph::num_bytes(tensor.shape, tensor.type)));
    outputs.push_back({tensor.type, tensor.shape, values.back()});
  }
  ATOLL_TRY(kernel->run(inputs, outputs));
  return values;
}

OneOp::OneOp(const graph::Subgraph& subgraph, size_t op_index)
    : subgraph_(std::move(graph::cut_op(subgraph, op_index).main())) {
  for (const int32_t input : subgraph_.ops[0].inputs) {
    was_constant_.push_back(input != graph::kNoTensor && subgraph_.tensors[static_cast<size_t>(input)].is_constant());
  }
}

bool OneOp::is_prepared_for(const std::vector<ConstView>& inputs) const {
  if (kernel_ == nullptr) return false;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].present || was_constant_[i]) continue;
    const graph::Tensor& tensor = subgraph_.tensors[static_cast<size_t>(subgraph_.ops[0].inputs[i])];
    if (!std::equal(tensor.shape.begin(), tensor.shape.end(), inputs[i].shape.begin(), inputs[i].shape.end()))
      return false;
    if (tensor.data &&
        !std::equal(tensor.data->begin(), tensor.data->end(), inputs[i].bytes.begin(), inputs[i].bytes.end())) {
      return false;
    }
  }
  return true;
}

Status OneOp::prepare(const std::vector<ConstView>& inputs, const KernelOptions& options) {
  if (is_prepared_for(inputs)) return {};
  kernel_.reset();
  Status settled = settle(inputs);
  if (!settled.ok()) return std::move(settled).error().with_place(graph::op_label(subgraph_, 0));
  ATOLL_ASSIGN(kernel_, kernels::prepare(subgraph_, 0, options));
  return {};
}

Status OneOp::settle(const std::vector<ConstView>& inputs) {
  graph::Op& op = subgraph_.ops[0];
  // What steers an operator (axes, sizes, indices to count) is a short list of integers; float data never does but in
  // RANGE.
  constexpr size_t kLongestSteering = 256;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].present || was_constant_[i]) continue;
    graph::Tensor& tensor = subgraph_.tensors[static_cast<size_t>(op.inputs[i])];
    tensor.shape.assign(inputs[i].shape.begin(), inputs[i].shape.end());
    const bool steers = tensor.type == graph::DType::kInt32 || tensor.type == graph::DType::kInt64 ||
                        op.kind == graph::OpKind::kRange || (i == 1 && has_narrow_steering(op.kind));
    tensor.data = steers && !tensor.is_variable && inputs[i].bytes.size() <= kLongestSteering
                      ? graph::make_buffer({inputs[i].bytes.begin(), inputs[i].bytes.end()})
                      : nullptr;
  }
  ATOLL_ASSIGN(const auto shapes, graph::infer_shapes(subgraph_, op));
  for (size_t i = 0; i < op.outputs.size(); ++i) {
    if (i >= shapes.size() || !shapes[i]) {
      return make_error(ErrorCode::kUnsupported, "the shape of its output {} can't be worked out, even as it runs", i);
    }
    subgraph_.tensors[static_cast<size_t>(op.outputs[i])].shape = *shapes[i];
  }
  return graph::verify_op(subgraph_, op);
}

const graph::Shape& OneOp::output_shape(size_t position) const {
  return subgraph_.tensors[static_cast<size_t>(subgraph_.ops[0].outputs[position])].shape;
}

}  // namespace atl::kernels

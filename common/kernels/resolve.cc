#include "common/kernels/resolve.h"

#include <algorithm>

#include "common/graph/control_flow.h"
#include "common/graph/open_shapes.h"
#include "common/graph/shapes.h"
#include "common/graph/verifier.h"
#include "common/kernels/one_op.h"

namespace atl::kernels {
namespace {

constexpr int64_t kSmallBytes = 1 << 20;  // what is folded, whatever it was made from
constexpr int64_t kGrowth = 8;            // and what is larger may grow by this (int4 weights to float32)

class Resolver {
 public:
  Resolver(const graph::Subgraph& subgraph, const KernelOptions& options, const InferCall& infer_call)
      : options_(options), infer_call_(infer_call) {
    result_.subgraph = subgraph;
    result_.folded.assign(subgraph.ops.size(), false);
    result_.dynamic_tensor.assign(subgraph.tensors.size(), false);
    for (graph::Tensor& tensor : result_.subgraph.tensors) {
      news_.push_back(tensor.open_shape);
      tensor.open_shape = false;
    }
  }

  Result<ResolvedSubgraph> run(const std::vector<graph::Shape>& input_shapes) {
    for (size_t i = 0; i < input_shapes.size(); ++i) set_shape(subgraph().inputs[i], input_shapes[i]);
    ErrorCollector errors;
    for (size_t i = 0; i < subgraph().ops.size(); ++i) {
      Status done = visit(i);
      if (!done.ok()) errors.add(std::move(done).error().with_place(graph::op_label(subgraph(), i)));
    }
    ATOLL_TRY(std::move(errors).status());
    return std::move(result_);
  }

 private:
  graph::Subgraph& subgraph() { return result_.subgraph; }
  graph::Tensor& tensor(int32_t index) { return subgraph().tensors[static_cast<size_t>(index)]; }

  bool any_dynamic_input(const graph::Op& op) const {
    return std::any_of(op.inputs.begin(), op.inputs.end(), [&](int32_t input) {
      return input != graph::kNoTensor && result_.dynamic_tensor[static_cast<size_t>(input)];
    });
  }

  Status visit(size_t index) {
    const graph::Op& op = subgraph().ops[index];
    if (op.kind == graph::OpKind::kUnknown) return {};  // runs with the shapes it states
    if (any_dynamic_input(op)) {
      for (const int32_t output : op.outputs) mark_dynamic(output);
      return {};
    }
    const auto shapes =
        graph::is_control_flow(op.kind) ? infer_call_(subgraph(), index) : graph::infer_shapes(subgraph(), op);
    const bool verified = !has_news(op);  // with the model
    if (!shapes.ok()) return verified && !graph::is_control_flow(op.kind) ? Status() : Status(shapes.error());
    for (size_t i = 0; i < std::min(shapes->size(), op.outputs.size()); ++i) {
      if ((*shapes)[i]) {
        set_shape(op.outputs[i], *(*shapes)[i]);
      } else {
        mark_dynamic(op.outputs[i]);
      }
    }
    if (graph::is_control_flow(op.kind) || any_dynamic_output(op)) return {};
    if (!verified) ATOLL_TRY(graph::verify_op(subgraph(), op));
    fold(index);
    return {};
  }

  void set_shape(int32_t index, const graph::Shape& shape) {
    if (tensor(index).shape == shape) return;
    tensor(index).shape = shape;
    news_[static_cast<size_t>(index)] = true;
  }
  // Whether more is known of a tensor of the operator than when the model was verified.
  bool has_news(const graph::Op& op) const {
    const auto is_new = [&](int32_t index) { return index != graph::kNoTensor && news_[static_cast<size_t>(index)]; };
    return std::any_of(op.inputs.begin(), op.inputs.end(), is_new) ||
           std::any_of(op.outputs.begin(), op.outputs.end(), is_new);
  }

  void mark_dynamic(int32_t output) {
    if (output != graph::kNoTensor) result_.dynamic_tensor[static_cast<size_t>(output)] = true;
  }
  bool any_dynamic_output(const graph::Op& op) const {
    return std::any_of(op.outputs.begin(), op.outputs.end(),
                       [&](int32_t output) { return result_.dynamic_tensor[static_cast<size_t>(output)]; });
  }

  // An operator that fails now fails again when it runs, and says so then.
  void fold(size_t index) {
    const graph::Op& op = subgraph().ops[index];
    if (!can_fold(op)) return;
    auto values = run_one_op(subgraph(), index, options_);
    if (!values.ok()) return;
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      tensor(op.outputs[i]).data = graph::make_buffer(std::move((*values)[i]));
      news_[static_cast<size_t>(op.outputs[i])] = true;
    }
    result_.folded[index] = true;
  }

  bool can_fold(const graph::Op& op) {
    const bool of_shape = op.kind == graph::OpKind::kShape || op.kind == graph::OpKind::kRank;
    int64_t bytes_in = 0, bytes_out = 0;
    for (const int32_t input : op.inputs) {
      if (input == graph::kNoTensor) continue;
      const graph::Tensor& operand = tensor(input);
      if (!of_shape && (!operand.is_constant() || !operand.plain)) return false;
      bytes_in += graph::num_bytes(operand.shape, operand.type);
    }
    for (const int32_t output : op.outputs) {
      if (graph::dtype_bits(tensor(output).type) == 0) return false;
      bytes_out += graph::num_bytes(tensor(output).shape, tensor(output).type);
    }
    return bytes_out <= kSmallBytes || (!of_shape && bytes_out <= kGrowth * bytes_in);
  }

  const KernelOptions& options_;
  const InferCall& infer_call_;
  ResolvedSubgraph result_;
  std::vector<bool> news_;  // by tensor: it has got another shape than stated, or a value
};

}  // namespace

Result<ResolvedSubgraph> resolve(const graph::Subgraph& subgraph, const std::vector<graph::Shape>& input_shapes,
                                 const KernelOptions& options, const InferCall& infer_call) {
  return Resolver(subgraph, options, infer_call).run(input_shapes);
}

}  // namespace atl::kernels

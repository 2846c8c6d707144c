// Taking operators out of a graph while its tensors keep their indices, and its inputs and outputs their names.
#pragma once

#include <optional>
#include <vector>

#include "common/graph/model.h"

namespace atl::quantizer {

// The main subgraph of a model under change. Operators that are taken out stay in the list, without operands, until
// finish().
class Edits {
 public:
  explicit Edits(graph::Model& model);
  ~Edits() { finish(); }
  Edits(const Edits&) = delete;
  Edits& operator=(const Edits&) = delete;

  graph::Subgraph& subgraph() { return subgraph_; }
  graph::Tensor& tensor(int32_t index) { return subgraph_.tensors[static_cast<size_t>(index)]; }

  // How often operators and the model's outputs read a tensor.
  int reads(int32_t tensor) const { return reads_[static_cast<size_t>(tensor)]; }
  // The operator that computes it; null for inputs and constants.
  graph::Op* producer(int32_t tensor);
  // An input or output of the model or of a signature.
  bool is_edge(int32_t tensor) const { return edge_[static_cast<size_t>(tensor)]; }
  bool is_gone(size_t op) const { return gone_[op]; }

  // Takes out an operator whose first output is its operand `from` unchanged. Whoever read the output reads the
  // operand; an output of the model is now written by the operator that wrote the operand. Returns the one of the two
  // tensors that stands for both; nothing, and no change, when both are edges, or nothing could write the output.
  std::optional<int32_t> bypass(size_t op, int32_t from);
  // Takes out an operator whose work the one that computes its operand `from` does from now on; no other reads `from`.
  // That one writes the operator's output, under its name.
  void take_over(size_t op, int32_t from);
  // Takes out an operator whose outputs are constants now or have no reader.
  void remove(size_t op);
  // A new constant; its index.
  int32_t add_constant(graph::Tensor tensor);
  // Operand `position` of an operator, which may be left out or lie behind the last one.
  void set_input(graph::Op& op, size_t position, int32_t tensor);

  // Makes an operator one of another kind with default attributes, which reads `input` alone.
  void become(graph::Op& op, graph::OpKind kind, int32_t input);

  void finish();

 private:
  void count();
  void replace_reads(int32_t from, int32_t to);

  graph::Subgraph& subgraph_;
  std::vector<int> reads_;
  std::vector<int32_t> producer_;  // by tensor
  std::vector<bool> edge_, gone_;
};

// A float32 constant of these values, with a name that no tensor of the subgraph has: `name`, or `name`_2 and so on.
graph::Tensor float_constant(const graph::Subgraph& subgraph, const std::string& name, graph::Shape shape,
                             const std::vector<float>& values);

}  // namespace atl::quantizer

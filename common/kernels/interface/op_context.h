// An operator in its subgraph, as a kernel's prepare sees it. The subgraph has passed graph::verify.
#pragma once

#include <string>
#include <utility>

#include "common/base/check.h"
#include "common/graph/model.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

class OpContext {
 public:
  OpContext(const graph::Subgraph& subgraph, size_t op_index, const KernelOptions& options)
      : subgraph_(subgraph), op_index_(op_index), options_(options) {}

  const graph::Subgraph& subgraph() const { return subgraph_; }
  const graph::Op& op() const { return subgraph_.ops[op_index_]; }
  const KernelOptions& options() const { return options_; }
  std::string label() const { return graph::op_label(subgraph_, op_index_); }

  size_t num_inputs() const { return op().inputs.size(); }
  bool has_input(size_t i) const { return i < op().inputs.size() && op().inputs[i] != graph::kNoTensor; }
  const graph::Tensor& input(size_t i) const {
    ATOLL_CHECK(has_input(i), "{} has no input {}", label(), i);
    return subgraph_.tensors[static_cast<size_t>(op().inputs[i])];
  }
  const graph::Tensor& output(size_t i) const {
    ATOLL_CHECK(i < op().outputs.size(), "{} has no output {}", label(), i);
    return subgraph_.tensors[static_cast<size_t>(op().outputs[i])];
  }
  // Tensors that hold nothing but the parameters of values inside the operator (LSTM).
  bool has_intermediate(size_t i) const {
    return i < op().intermediates.size() && op().intermediates[i] >= 0 &&
           static_cast<size_t>(op().intermediates[i]) < subgraph_.tensors.size();
  }
  const graph::Tensor& intermediate(size_t i) const {
    ATOLL_CHECK(has_intermediate(i), "{} has no intermediate {}", label(), i);
    return subgraph_.tensors[static_cast<size_t>(op().intermediates[i])];
  }
  std::string input_label(size_t i) const {
    return graph::tensor_label(subgraph_, static_cast<size_t>(op().inputs.at(i)));
  }
  std::string output_label(size_t i) const {
    return graph::tensor_label(subgraph_, static_cast<size_t>(op().outputs.at(i)));
  }

  template <typename Attrs>
  const Attrs& attrs() const {
    const Attrs* attrs = std::get_if<Attrs>(&op().attrs);
    ATOLL_CHECK(attrs != nullptr, "{} carries another operator's attributes", label());
    return *attrs;
  }

  // "CONV_2D #3 'x': <message>"
  template <typename... Args>
  Error error(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) const {
    return make_error(code, format, std::forward<Args>(args)...).with_place(label());
  }

 private:
  const graph::Subgraph& subgraph_;
  size_t op_index_;
  const KernelOptions& options_;
};

}  // namespace atl::kernels

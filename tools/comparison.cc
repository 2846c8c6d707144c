#include "tools/comparison.h"

#include <fmt/format.h>

#include "runtime/execution_order.h"

namespace atl::tools {

Comparison::Comparison(std::string what, const graph::Subgraph& subgraph, double float_bound)
    : what_(std::move(what)),
      subgraph_(subgraph),
      producers_(runtime::producers(subgraph)),
      float_bound_(float_bound) {}

void Comparison::compare(size_t index, std::span<const uint8_t> expected, std::span<const uint8_t> got,
                         const std::string& label) {
  const graph::Tensor& tensor = subgraph_.tensors[index];
  ++tensors_;
  has_floats_ = has_floats_ || graph::is_float(tensor.type);
  elements_ += graph::num_elements(tensor.shape);
  if (first_) return;
  const auto difference = runtime::compare(tensor, expected, got, float_bound_);
  if (!difference) return;
  const int32_t op = producers_[index];
  first_ =
      fmt::format("{}, {} {} {}, {}: {}: {}", op < 0 ? "input" : graph::op_label(subgraph_, static_cast<size_t>(op)),
                  graph::tensor_label(subgraph_, index), graph::dtype_name(tensor.type),
                  graph::shape_text(tensor.shape), label, what_, runtime::difference_text(tensor, *difference));
}

}  // namespace atl::tools

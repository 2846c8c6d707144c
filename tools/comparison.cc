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
  compare(index, subgraph_.tensors[index].shape, expected, got, label);
}

void Comparison::compare(size_t index, std::span<const int32_t> shape, std::span<const uint8_t> expected,
                         std::span<const uint8_t> got, const std::string& label) {
  graph::Tensor tensor = subgraph_.tensors[index];
  tensor.shape.assign(shape.begin(), shape.end());
  ++tensors_;
  has_floats_ = has_floats_ || graph::is_float(tensor.type);
  elements_ += graph::num_elements(tensor.shape);
  if (first_) return;
  const bool same_size = expected.size() == got.size();
  const auto difference = same_size ? runtime::compare(tensor, expected, got, float_bound_) : std::nullopt;
  if (same_size && !difference) return;
  const std::string what = same_size ? runtime::difference_text(tensor, *difference)
                                     : fmt::format("{} bytes expected, got {}", expected.size(), got.size());
  const int32_t op = producers_[index];
  first_ =
      fmt::format("{}, {} {} {}, {}: {}: {}", op < 0 ? "input" : graph::op_label(subgraph_, static_cast<size_t>(op)),
                  graph::tensor_label(subgraph_, index), graph::dtype_name(tensor.type),
                  graph::shape_text(tensor.shape), label, what_, what);
}

}  // namespace atl::tools

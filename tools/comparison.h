// Comparing many tensors, invocation after invocation, and keeping the first that differs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "common/graph/model.h"
#include "runtime/compare.h"

namespace atl::tools {

class Comparison {
 public:
  // `what`: "simulator against reference operators".
  Comparison(std::string what, const graph::Subgraph& subgraph, double float_bound = 0);

  void compare(size_t tensor, std::span<const uint8_t> expected, std::span<const uint8_t> got,
               const std::string& label);
  // The same for a tensor that has got its shape as the model ran.
  void compare(size_t tensor, std::span<const int32_t> shape, std::span<const uint8_t> expected,
               std::span<const uint8_t> got, const std::string& label);

  int64_t tensors() const { return tensors_; }  // compared, each invocation counted
  int64_t elements() const { return elements_; }
  bool has_floats() const { return has_floats_; }  // whether a tensor of a float type was among them
  // "CONV_2D #3 'x', tensor #12 'x' int8 1x5x5x64, seed 0: simulator against ...: 3 of 40 elements differ, ..."
  const std::optional<std::string>& first_difference() const { return first_; }

 private:
  std::string what_;
  const graph::Subgraph& subgraph_;
  std::vector<int32_t> producers_;
  double float_bound_;
  int64_t tensors_ = 0, elements_ = 0;
  bool has_floats_ = false;
  std::optional<std::string> first_;
};

}  // namespace atl::tools

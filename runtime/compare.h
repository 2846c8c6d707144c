// Two versions of a tensor's bytes, element by element.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "common/graph/model.h"

namespace atl::runtime {

struct Difference {
  int64_t elements = 0;       // of the tensor
  int64_t differing = 0;      // >= 1
  int64_t first = 0;          // the first that differs, in C order
  std::string expected, got;  // its values
  double max_difference = 0;  // largest absolute difference of any element, in the tensor's own numbers
};

// Nothing if equal byte for byte. Both have the tensor's size. Types without numbers (string, ...) are compared as
// bytes. With `float_bound` > 0, elements of float types count as equal within that share of the largest magnitude in
// `expected`.
std::optional<Difference> compare(const graph::Tensor& tensor, std::span<const uint8_t> expected,
                                  std::span<const uint8_t> got, double float_bound = 0);

// "3 of 40 elements differ, the first at [0, 1, 4] (element 14): expected 5, got 6; the largest difference is 1".
std::string difference_text(const graph::Tensor& tensor, const Difference& difference);

}  // namespace atl::runtime

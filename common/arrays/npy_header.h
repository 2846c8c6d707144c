// The text header of a .npy file: a Python dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4),
// }.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/arrays/array.h"

namespace atl::arrays {

struct NpyHeader {
  ElementType type = ElementType::kFloat32;
  bool fortran_order = false;
  std::vector<int64_t> shape;
  int64_t bytes = 0;  // of the elements: product of shape * element size; does not overflow
};

// kInvalid for anything but the three keys above, each once, with an element type of element.h and a shape whose byte
// count fits 62 bits.
Result<NpyHeader> parse_npy_header(std::string_view text);

// The dictionary's text, without the padding that aligns the data.
std::string format_npy_header(const Array& array);

// Elements in Fortran order (first axis fastest) to C order (last axis fastest); `element` bytes each.
Bytes fortran_to_c_order(std::span<const uint8_t> source, const std::vector<int64_t>& shape, size_t element);

}  // namespace atl::arrays

// Storage: the bytes of an activation while a segment runs, and where they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/tasks/dims.h"

namespace atl::compiler {

// One buffer, shared by all tensors that are views of the same bytes.
struct Storage {
  std::string name;     // of the tensor
  int32_t tensor = -1;  // index in the subgraph; -1: a temporary of the compiler's
  int64_t bytes = 0;
  bool is_input = false;          // of the segment: starts off-chip
  bool is_output = false;         // of the segment: must end off-chip
  std::vector<uint8_t> constant;  // its bytes, if it is one: starts off-chip, never written
  int32_t first_task = -1;        // first and last task that touches it
  int32_t last_task = -1;
};

// Where a storage lives for the whole of its life.
struct Home {
  bool in_sram = false;
  uint64_t address = 0;  // in SRAM or in off-chip memory
};

// A task's view of a storage: dense, row-major, in the task's own dimensions.
struct Operand {
  int32_t storage = -1;
  Dims shape;
  int64_t element_bytes = 1;

  Dims strides() const { return dense_strides(shape, element_bytes); }
};

// A box of an operand where an instruction can reach it: SRAM address of the element at `origin`, and strides.
struct Placed {
  uint32_t address = 0;
  Dims strides;
  Dims origin;

  uint32_t at(const Dims& coordinates) const {
    int64_t result = address;
    for (int d = 0; d < coordinates.rank(); ++d) result += (coordinates[d] - origin[d]) * strides[d];
    ATOLL_CHECK(result >= 0 && result < (int64_t{1} << 32));
    return static_cast<uint32_t>(result);
  }
};

}  // namespace atl::compiler

// Golden vectors of every operator of a model, for a testbench: what went in, its parameters, what came out.
//
// DIR/op_<index>_<KIND>/ of each operator holds
//   vectors.npz   arrays in_<invocation>_<k>, param_<k>, out_<invocation>_<k>; k counts the operator's operands
//   the same arrays as <name>.hex: an element a line, its bits in hexadecimal (two's complement, IEEE 754), C order
//   op.json       kind, attributes, and of each operand: array, type, shape, scale, zero_point
#pragma once

#include <map>
#include <string>

#include "common/arrays/array.h"
#include "common/base/result.h"
#include "common/kernels/interpreter.h"

namespace atl::tools {

class VectorExport {
 public:
  explicit VectorExport(std::string folder) : folder_(std::move(folder)) {}

  // Takes the values of an invocation; the interpreter keeps all tensors. Operators with an operand that no array can
  // hold, or that has no bytes, are left out.
  void add(size_t invocation, const kernels::Interpreter& interpreter);

  // Writes the folder. kIo.
  Status write(const graph::Subgraph& subgraph) const;

  size_t operators() const { return arrays_.size(); }

 private:
  std::string folder_;
  std::map<size_t, arrays::NamedArrays> arrays_;  // by op
};

}  // namespace atl::tools

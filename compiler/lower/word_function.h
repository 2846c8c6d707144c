// Functions of one element with 16 bits or more on either side: lane programs, where 8 bits have a table of 256
// entries.
//   RELU and relatives, LEAKY_RELU, ABS, NEG, QUANTIZE   their fixed-point formulas
//   LOGISTIC, TANH     numerics/sigmoid16.h: one table of 256 points and the differences between them
//   EXP, LOG, GELU     512 straight pieces of 128 values each: two tables. The pieces are read off the kernel's values
//                      for all 65536 inputs
#pragma once

#include "common/base/result.h"
#include "common/graph/op_view.h"
#include "isa/lane_program.h"

namespace atl::compiler {

struct WordFunction {
  isa::LaneProgram program;     // r0 to r0
  std::vector<uint8_t> tables;  // of 256 entries of int32 each, in order
};

// The op is one of the above and has a kernel. An error where the kernel refuses an input, or its values are not made
// of such pieces.
Result<WordFunction> word_function(const graph::OpView& op);

// Whether input and output are of 8 bits each, so that the function is a table of bytes.
bool is_byte_function(const graph::OpView& op);

}  // namespace atl::compiler

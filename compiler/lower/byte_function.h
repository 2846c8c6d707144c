// Operators that are a function of one byte, as tables. The entries are what the reference kernel gives: constant
// evaluation, as of a constant operand, and not a third reading of the operator's arithmetic.
#pragma once

#include <optional>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/op_view.h"
#include "compiler/lower/byte_map.h"

namespace atl::compiler {

// The input that the output depends on, element by element, all others being constants of one element. Nothing if there
// is no such input: the op has two operands, or broadcasts the one that varies. `op` is elementwise.
std::optional<size_t> varying_input(const graph::OpView& op);

// What the kernel gives for these elements of that input, one after the other. An error where it refuses one of them,
// or there is no kernel for the types; it is the kernel's.
Result<Bytes> function_values(const graph::OpView& op, size_t varying, Bytes inputs);

// The output's byte for each bit pattern of that input. An error where the kernel refuses one of the 256 values, or
// there is no kernel for the types; it is the kernel's.
Result<ByteTable> byte_function(const graph::OpView& op, size_t varying);

}  // namespace atl::compiler

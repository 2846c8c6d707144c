// The element types of an operator's operands, as a text that is rule, message and manual at once:
//   "int8, int8, int32? -> int8"         two int8 inputs, perhaps an int32 one (left out or absent), an int8 output
//   "T... -> T"                          one or more inputs and the output, all of one type of whole bytes
//   "T, int32|int64 -> T"                alternatives
//   "int32, any?... -> any?..."          any types, and any number of operands, left out or not
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/graph/op_view.h"

namespace atl::graph {

// Whether the operands have these types. T stands for one of `types`, or any type of whole bytes when the list is
// empty. The text must be well-formed.
bool types_match(std::string_view text, std::span<const DType> types, const OpView& op);

// The types of an operator's operands as found: "float32, int8, - -> float32"; a left-out input is a dash.
std::string types_seen(const OpView& op);

}  // namespace atl::graph

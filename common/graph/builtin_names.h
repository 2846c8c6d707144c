// Names of every builtin operator of the TensorFlow Lite format, those without a row in ops.def included, so that an
// operator we can't run is refused by its name.
#pragma once

#include <cstdint>
#include <string>

namespace atl::graph {

inline constexpr int32_t kCustomBuiltinCode = 32;  // BuiltinOperator CUSTOM: Op::custom_code says which

// "MUL" of 18; "BUILTIN_1234" of a code newer than this list.
std::string builtin_name(int32_t code);
// Codes 0 .. count - 1 have a name.
int32_t builtin_name_count();

}  // namespace atl::graph

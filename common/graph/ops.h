// Readers of ops.def: the kinds of operators and what the table says of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/graph/attributes.h"

namespace atl::graph {

// kUnknown: the model holds an operator that has no row; Op::builtin_code and Op::custom_code name it.
enum class OpKind : uint8_t {
  kUnknown = 0,
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) k##Name,
#include "common/graph/ops.def"
#undef ATOLL_OP
};

// How post-training quantization chooses the scales of an operator's tensors (docs/quantization.md).
enum class QuantRule : uint8_t {
  kWeighted,     // constant weights per channel, bias in the scale of input x weights, output from its range
  kFree,         // every operand by its own range
  kSameScale,    // output and data inputs share one scale and zero point
  kFixedOutput,  // the output's scale and zero point are given by the operator
  kRecurrent,    // weights, states and values within by a recipe of the operator's own, output from its range
  kEdge,         // converts between float and integer; not itself quantized
  kNone,         // the quantizer has no rule for it: a float model that holds it can't be quantized
};

// The unit that computes the operator on the accelerator.
enum class Engine : uint8_t {
  kArray,   // systolic array and output stage
  kVector,  // vector unit
  kAlias,   // no work: another view of the same bytes
  kHost,    // not on the accelerator
};

struct OpInfo {
  OpKind kind;
  std::string_view name;  // "CONV_2D"
  int32_t builtin_code;   // BuiltinOperator in the schema
  QuantRule rule;
  Engine engine;
  std::string_view doc;
};

// The table's row of a kind; kUnknown has a row too, named "UNKNOWN", builtin_code -1, kHost.
const OpInfo& op_info(OpKind kind);
// The kind of an operator in a file; kUnknown when the table has no row. `custom_code` counts for custom ones only.
OpKind op_kind_of(int32_t builtin_code, std::string_view custom_code);
std::optional<OpKind> op_kind_from_name(std::string_view name);
// A default-constructed attribute struct of the kind.
Attributes default_attributes(OpKind kind);

}  // namespace atl::graph

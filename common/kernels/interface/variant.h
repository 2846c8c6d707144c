// A kernel's row in a table of kernels: for which operator and which element types it is (a text as in
// common/graph/type_pattern.h), and what prepares it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/graph/ops.h"
#include "common/kernels/interface/kernel.h"
#include "common/kernels/interface/op_context.h"

namespace atl::kernels {

using PreparedKernel = std::unique_ptr<Kernel>;
using PrepareFn = Result<PreparedKernel> (*)(const OpContext&);

struct Variant {
  graph::OpKind kind;
  std::string_view types;
  PrepareFn prepare;
};

// Whether the operands of an operator have the types the text asks for. The text must be well-formed.
bool types_match(std::string_view types, const OpContext& context);

// The types of an operator's operands as found: "float32, int8, - -> float32"; a left-out input is a dash.
std::string types_seen(const OpContext& context);

}  // namespace atl::kernels

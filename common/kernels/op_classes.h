// Operators that the interpreter itself carries out: they call subgraphs or work on variables.
#pragma once

#include "common/graph/ops.h"

namespace atl::kernels {

inline bool is_control_flow(graph::OpKind kind) {
  using graph::OpKind;
  switch (kind) {
    case OpKind::kIf:
    case OpKind::kWhile:
    case OpKind::kCallOnce:
    case OpKind::kVarHandle:
    case OpKind::kReadVariable:
    case OpKind::kAssignVariable: return true;
    default: return false;
  }
}

}  // namespace atl::kernels

// Operators that call subgraphs or work on variables: no kernel computes them, and their order matters.
#pragma once

#include "common/graph/ops.h"

namespace atl::graph {

inline bool is_control_flow(OpKind kind) {
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

}  // namespace atl::graph

// The operands of every operator with a row in ops.def: how many, of which types, with which quantization.
//
// The combinations of types are those that the reference runtime's kernels accept (LiteRT 2.3, tflite/kernels); that
// one of them has no kernel here is for the kernels and the compiler to say, and no fault of the model.
#pragma once

#include "common/base/result.h"
#include "common/graph/op_view.h"

namespace atl::graph {

// One specialization a row, so that a row without rules does not link.
template <OpKind kKind>
Status check_operands(const OpView& op);

#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  template <>                                                                 \
  Status check_operands<OpKind::k##Name>(const OpView& op);
#include "common/graph/ops.def"
#undef ATOLL_OP

}  // namespace atl::graph

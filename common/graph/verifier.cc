#include "common/graph/verifier.h"

#include <algorithm>

#include "common/graph/attribute_rules.h"
#include "common/graph/open_shapes.h"
#include "common/graph/operand_rules.h"
#include "common/graph/problems.h"
#include "common/graph/shapes.h"
#include "common/graph/structure.h"

namespace atl::graph {
namespace {

Status check_operands_of(const OpView& op) {
  switch (op.op.kind) {
    case OpKind::kUnknown: return {};
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  case OpKind::k##Name:                                                       \
    return check_operands<OpKind::k##Name>(op);
#include "common/graph/ops.def"
#undef ATOLL_OP
  }
  ATOLL_CHECK(false, "operator kind {}", static_cast<int>(op.op.kind));
}

Status check_output_shapes(const OpView& op) {
  ATOLL_ASSIGN(const auto shapes, infer_shapes(op.subgraph, op.op));
  for (size_t i = 0; i < shapes.size(); ++i) {
    const Tensor& output = op.output(i);
    if (!shapes[i] || *shapes[i] == output.shape) continue;
    return make_error(ErrorCode::kInvalid, "its output has shape {}; its inputs and attributes give {}",
                      shape_text(output.shape), shape_text(*shapes[i]));
  }
  return {};
}

// An input that leaves an extent open even in its shape (not only in its signature) can't be given memory.
Status check_input_shapes(const Model& model) {
  if (model.subgraphs.empty()) return {};
  const Subgraph& main = model.main();
  for (int32_t input : main.inputs) {
    if (input < 0 || static_cast<size_t>(input) >= main.tensors.size()) continue;
    const Shape& shape = main.tensors[static_cast<size_t>(input)].shape;
    if (std::find(shape.begin(), shape.end(), -1) == shape.end()) continue;
    return make_error(ErrorCode::kUnsupported,
                      "input {} has shape {}, in which -1 is not known; convert the model with a fixed input shape",
                      tensor_label(main, static_cast<size_t>(input)), shape_text(shape));
  }
  return {};
}

}  // namespace

Status verify_op(const Subgraph& subgraph, const Op& op) {
  if (op.kind == OpKind::kUnknown) return {};
  ATOLL_TRY(check_attributes(op));
  if (has_open_shape(subgraph, op)) return {};  // checked when it runs
  const OpView view{subgraph, op};
  ATOLL_TRY(check_operands_of(view));
  return check_output_shapes(view);
}

Status verify(const Model& model) {
  ATOLL_TRY(check_input_shapes(model));
  Problems problems;
  check_structure(model, problems);
  if (!problems.empty()) return problems.status();  // the rules below rely on it
  for (const Subgraph& subgraph : model.subgraphs) {
    for (size_t i = 0; i < subgraph.ops.size(); ++i) {
      const Status status = verify_op(subgraph, subgraph.ops[i]);
      if (!status.ok()) problems.add_at(op_label(subgraph, i), status.error());
    }
  }
  return problems.status();
}

}  // namespace atl::graph

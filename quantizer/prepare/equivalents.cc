#include "quantizer/prepare/equivalents.h"

#include "quantizer/plan/float_operands.h"

namespace atl::quantizer {

size_t replace_by_products(Edits& edits) {
  size_t count = 0;
  for (size_t i = 0; i < edits.subgraph().ops.size(); ++i) {
    const graph::OpKind kind = edits.subgraph().ops[i].kind;
    if (edits.is_gone(i) || (kind != graph::OpKind::kNeg && kind != graph::OpKind::kSquare)) continue;
    const int32_t input = edits.subgraph().ops[i].inputs[0];
    if (!is_float32(edits.subgraph(), input)) continue;
    int32_t factor = input;
    if (kind == graph::OpKind::kNeg) {
      const std::string name = edits.tensor(edits.subgraph().ops[i].outputs[0]).name + "/minus_one";
      factor = edits.add_constant(float_constant(edits.subgraph(), name, {1}, {-1}));
    }
    graph::Op& op = edits.subgraph().ops[i];
    edits.become(op, graph::OpKind::kMul, input);
    edits.set_input(op, 1, factor);
    ++count;
  }
  return count;
}

}  // namespace atl::quantizer

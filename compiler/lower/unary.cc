// Functions of one byte as tables: activations, roots, QUANTIZE between 8-bit types, and operators of two operands one
// of which is a constant of one element.
#include "compiler/lower/byte_function.h"
#include "compiler/lower/lowering.h"

namespace atl::compiler {

void lower_byte_function(const graph::OpView& op, SegmentBuilder& builder) {
  const auto varying = varying_input(op);
  ATOLL_CHECK(varying.has_value());
  const auto table = byte_function(op, *varying);
  ATOLL_CHECK(table.ok(), "the rules have let it pass");
  const Dims shape{graph::num_elements(op.output(0).shape)};
  builder.add(table_task(builder.view(op.op.inputs[*varying], shape), builder.view(op.op.outputs[0], shape),
                         Box::whole(shape), *table));
}

}  // namespace atl::compiler

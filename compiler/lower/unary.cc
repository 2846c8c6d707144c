// Functions of one element: of one byte as tables: activations, roots, QUANTIZE between 8-bit types, and operators of
// two operands one of which is a constant of one element; of more bits by lane programs.
#include "compiler/lower/byte_function.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/word_function.h"

namespace atl::compiler {

constexpr size_t kTableBytes = 256 * sizeof(int32_t);

namespace {

void lower_word_function(const graph::OpView& op, SegmentBuilder& builder) {
  auto function = word_function(op);
  ATOLL_CHECK(function.ok(), "the rules have let it pass");
  const Dims shape{graph::num_elements(op.output(0).shape)};
  auto task = copy_task(builder.view(op.op.inputs[0], shape), builder.view(op.op.outputs[0], shape), Box::whole(shape));
  task->input_types = {lane_type(*op.input(0))};
  task->output_type = lane_type(op.output(0));
  task->program = std::move(function->program);
  task->constants = std::move(function->tables);
  for (size_t offset = 0; offset < task->constants.size(); offset += kTableBytes) {
    task->table_offsets.push_back(static_cast<int64_t>(offset));
  }
  builder.add(std::move(task));
}

}  // namespace

void lower_byte_function(const graph::OpView& op, SegmentBuilder& builder) {
  if (!is_byte_function(op)) return lower_word_function(op, builder);
  const auto varying = varying_input(op);
  ATOLL_CHECK(varying.has_value());
  const auto table = byte_function(op, *varying);
  ATOLL_CHECK(table.ok(), "the rules have let it pass");
  const Dims shape{graph::num_elements(op.output(0).shape)};
  builder.add(table_task(builder.view(op.op.inputs[*varying], shape), builder.view(op.op.outputs[0], shape),
                         Box::whole(shape), *table));
}

}  // namespace atl::compiler

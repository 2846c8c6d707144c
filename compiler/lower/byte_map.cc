#include "compiler/lower/byte_map.h"

#include "compiler/lower/quantization.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {

std::unique_ptr<ElementwiseTask> copy_task(Operand input, Operand output, Box region) {
  auto task = std::make_unique<ElementwiseTask>();
  const int rank = region.extent.rank();
  task->input_types = {raw_type(input.element_bytes)};
  task->output_type = raw_type(output.element_bytes);
  task->input_begin = {Dims(rank)};
  task->grain = Dims(rank, 1);
  task->region = region;
  task->inputs = {std::move(input)};
  task->output = std::move(output);
  return task;
}

std::unique_ptr<ElementwiseTask> table_task(Operand input, Operand output, Box region, const ByteTable& table) {
  auto task = copy_task(std::move(input), std::move(output), region);
  bool identity = true;
  for (size_t i = 0; i < table.size(); ++i) identity &= table[i] == i;
  if (identity) return task;
  LaneBuilder body;
  body.lookup_byte(0, 0, 0);
  task->program.body = body.take();
  task->constants.assign(table.begin(), table.end());
  task->table_offsets = {0};
  return task;
}

std::unique_ptr<ElementwiseTask> fill_task(Operand output, Box region, int32_t value) {
  auto task = std::make_unique<ElementwiseTask>();
  LaneBuilder body;
  const int bits = static_cast<int>(8 * output.element_bytes);
  body.move(0, Imm{static_cast<int32_t>(static_cast<uint32_t>(value) << (32 - bits)) >> (32 - bits)});
  task->program.body = body.take();
  task->output_type = raw_type(output.element_bytes);
  task->region = region;
  task->grain = Dims(region.extent.rank(), 1);
  task->output = std::move(output);
  return task;
}

}  // namespace atl::compiler

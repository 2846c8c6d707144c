#include "compiler/lower/byte_map.h"

#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {

std::unique_ptr<ElementwiseTask> copy_task(Operand input, Operand output, Box region) {
  auto task = std::make_unique<ElementwiseTask>();
  const int rank = region.extent.rank();
  task->input_types = {isa::LaneType::kInt8};
  task->output_type = isa::LaneType::kInt8;
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

std::unique_ptr<ElementwiseTask> fill_task(Operand output, Box region, uint8_t value) {
  auto task = std::make_unique<ElementwiseTask>();
  LaneBuilder body;
  body.move(0, Imm{static_cast<int8_t>(value)});
  task->program.body = body.take();
  task->output_type = isa::LaneType::kInt8;
  task->region = region;
  task->grain = Dims(region.extent.rank(), 1);
  task->output = std::move(output);
  return task;
}

}  // namespace atl::compiler

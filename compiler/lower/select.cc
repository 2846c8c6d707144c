// SELECT and SELECT_V2, with broadcasting; DYNAMIC_UPDATE_SLICE with constant begins: two copies.
#include <algorithm>

#include "compiler/lower/byte_map.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

// Extents of 1 in front.
Dims of_rank(const graph::Shape& shape, int rank) {
  Dims dims(rank, 1);
  const int added = rank - static_cast<int>(shape.size());
  for (size_t d = 0; d < shape.size(); ++d) dims[added + static_cast<int>(d)] = shape[d];
  return dims;
}

}  // namespace

void lower_select(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor& output = op.output(0);
  const int rank = std::max(1, static_cast<int>(output.shape.size()));
  auto task = std::make_unique<ElementwiseTask>();
  for (size_t i = 0; i < 3; ++i) {
    const graph::Shape& shape = op.input(i)->shape;
    Dims dims = of_rank(shape, rank);
    // SELECT's condition of one axis picks rows.
    const bool rows = op.op.kind == graph::OpKind::kSelect && i == 0 && shape.size() == 1 && rank > 1;
    if (rows) std::swap(dims[0], dims[rank - 1]);
    task->inputs.push_back(builder.view(op.op.inputs[i], dims));
    task->input_begin.push_back(Dims(rank));
    task->input_types.push_back(raw_type(task->inputs.back().element_bytes));
  }
  LaneBuilder body;
  body.op(isa::LaneOp::kSelect, 0, 1, 2, 0);
  task->program.body = body.take();
  task->output = builder.view(op.op.outputs[0], of_rank(output.shape, rank));
  task->output_type = raw_type(task->output.element_bytes);
  task->region = Box::whole(task->output.shape);
  task->grain = Dims(rank, 1);
  builder.add(std::move(task));
}

void lower_dynamic_update_slice(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Shape &whole = op.output(0).shape, &part = op.input(1)->shape;
  const auto stated = *graph::constant_integers(*op.input(2));
  const int rank = std::max(1, static_cast<int>(whole.size()));
  Dims begin(rank);
  for (size_t d = 0; d < stated.size(); ++d) {
    begin[static_cast<int>(d)] = std::clamp<int64_t>(stated[d], 0, whole[d] - part[d]);
  }
  const Dims extent = of_rank(whole, rank), updated = of_rank(part, rank);
  const Operand result = builder.view(op.op.outputs[0], extent);
  builder.add(copy_task(builder.view(op.op.inputs[0], extent), result, Box::whole(extent)));
  builder.add(copy_task(builder.view(op.op.inputs[1], updated), result, {begin, updated}));
}

}  // namespace atl::compiler

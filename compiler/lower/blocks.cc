// TRANSPOSE, and blocks of pixels to channels or batches and back: axes in another order.
#include <algorithm>

#include "compiler/lower/byte_map.h"
#include "compiler/lower/index_map.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/tasks/rearrange_task.h"

namespace atl::compiler {
namespace {

// output dimension d is input dimension order[d]; `in`: the input's dimensions.
void add_permutation(const Operand& input, const Operand& output, const Dims& in, const std::vector<int>& order,
                     SegmentBuilder& builder) {
  auto task = std::make_unique<RearrangeTask>();
  Dims out;
  for (const int axis : order) {
    out.push_back(in[axis]);
    task->dims.push_back({axis, 1});
  }
  task->origin = Dims(in.rank());
  task->element_type = raw_type(input.element_bytes);
  task->inputs = {{input.storage, in, input.element_bytes}};
  task->output = {output.storage, out, output.element_bytes};
  task->region = Box::whole(out);
  task->grain = Dims(out.rank(), 1);
  builder.add(std::move(task));
}

Operand flat(const graph::OpView& op, int32_t tensor, SegmentBuilder& builder) {
  return builder.view(tensor, Dims{graph::num_elements(op.subgraph.tensors[static_cast<size_t>(tensor)].shape)});
}

bool is_zero(const std::vector<int64_t>& values) {
  return std::all_of(values.begin(), values.end(), [](int64_t v) { return v == 0; });
}

// Both ways between N spatial... R and (blocks, N) spatial / blocks ... R, R being all axes behind the spatial ones.
// `wide` has the borders already.
struct BatchBlocks {
  std::vector<int64_t> sizes;
  graph::Shape wide;

  // The dimensions of `wide` with every spatial axis as blocks and places in a block: N, S0, b0, S1, b1, ..., R.
  Dims split() const {
    Dims dims{wide[0]};
    for (size_t i = 0; i < sizes.size(); ++i) {
      dims.push_back(wide[i + 1] / sizes[i]), dims.push_back(sizes[i]);
    }
    int64_t rest = 1;
    for (size_t d = sizes.size() + 1; d < wide.size(); ++d) rest *= wide[d];
    dims.push_back(rest);
    return dims;
  }
  // Where the dimensions b0, b1, ..., N, S0, S1, ..., R of the other form are in split().
  std::vector<int> order() const {
    const auto n = static_cast<int>(sizes.size());
    std::vector<int> order;
    for (int i = 0; i < n; ++i) order.push_back(2 * i + 2);
    order.push_back(0);
    for (int i = 0; i < n; ++i) order.push_back(2 * i + 1);
    order.push_back(2 * n + 1);
    return order;
  }
};

}  // namespace

void lower_transpose(const graph::OpView& op, SegmentBuilder& builder) {
  const auto stated = *graph::constant_integers(*op.input(1));
  Dims in;
  for (const int32_t extent : op.input(0)->shape) in.push_back(extent);
  std::vector<int> order;
  for (const int64_t axis : stated) order.push_back(static_cast<int>(axis < 0 ? axis + in.rank() : axis));
  add_permutation(flat(op, op.op.inputs[0], builder), flat(op, op.op.outputs[0], builder), in, order, builder);
}

// With the columns and channels of a block as one dimension, both directions exchange the two dimensions in the middle.
void lower_depth_blocks(const graph::OpView& op, SegmentBuilder& builder) {
  const bool to_depth = op.op.kind == graph::OpKind::kSpaceToDepth;
  const int64_t block = op.attrs<graph::BlockAttrs>().block_size;
  const graph::Shape& deep = to_depth ? op.output(0).shape : op.input(0)->shape;
  const int64_t rows = int64_t{deep[0]} * deep[1], run = deep[3] / block;
  const Dims in = to_depth ? Dims{rows, block, deep[2], run} : Dims{rows, deep[2], block, run};
  add_permutation(flat(op, op.op.inputs[0], builder), flat(op, op.op.outputs[0], builder), in, {0, 2, 1, 3}, builder);
}

void lower_space_to_batch(const graph::OpView& op, SegmentBuilder& builder) {
  const auto borders = *graph::constant_integers(*op.input(2));
  BatchBlocks blocks{*graph::constant_integers(*op.input(1)), op.input(0)->shape};
  Operand from = flat(op, op.op.inputs[0], builder);
  if (!is_zero(borders)) {
    Dims in, wide, before;
    for (size_t d = 0; d < blocks.wide.size(); ++d) {
      const bool spatial = d >= 1 && d <= blocks.sizes.size();
      in.push_back(blocks.wide[d]);
      before.push_back(spatial ? borders[2 * (d - 1)] : 0);
      if (spatial) blocks.wide[d] += static_cast<int32_t>(borders[2 * (d - 1)] + borders[2 * (d - 1) + 1]);
      wide.push_back(blocks.wide[d]);
    }
    const Operand padded = builder.temporary("with borders", wide, from.element_bytes);
    builder.add(fill_task(padded, Box::whole(wide), quant_params(op.output(0)).zero_point));
    builder.add(copy_task({from.storage, in, from.element_bytes}, padded, {before, in}));
    from = padded;
  }
  add_permutation(from, flat(op, op.op.outputs[0], builder), blocks.split(), blocks.order(), builder);
}

void lower_batch_to_space(const graph::OpView& op, SegmentBuilder& builder) {
  const auto crops = *graph::constant_integers(*op.input(2));
  const graph::Shape& out = op.output(0).shape;
  BatchBlocks blocks{*graph::constant_integers(*op.input(1)), out};
  IndexMap cropping;
  for (size_t d = 0; d < out.size(); ++d) {
    const bool spatial = d >= 1 && d <= blocks.sizes.size();
    const int64_t before = spatial ? crops[2 * (d - 1)] : 0, after = spatial ? crops[2 * (d - 1) + 1] : 0;
    blocks.wide[d] += static_cast<int32_t>(before + after);
    cropping.push_back(AxisChoice::stepped(blocks.wide[d], before, 1, out[d]));
  }
  const Dims split = blocks.split();
  const std::vector<int> order = blocks.order();
  Dims thin;
  std::vector<int> back(order.size());
  for (size_t d = 0; d < order.size(); ++d) {
    thin.push_back(split[order[d]]);
    back[static_cast<size_t>(order[d])] = static_cast<int>(d);
  }
  const Operand from = flat(op, op.op.inputs[0], builder), to = flat(op, op.op.outputs[0], builder);
  if (is_zero(crops)) return add_permutation(from, to, thin, back, builder);
  const Operand whole = builder.temporary("with borders", Dims{split.product()}, from.element_bytes);
  add_permutation(from, whole, thin, back, builder);
  add_selection(whole, to, cropping, builder);
}

}  // namespace atl::compiler

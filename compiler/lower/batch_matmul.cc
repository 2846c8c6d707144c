// BATCH_MATMUL of int8: y = M(sum of (x - zx)(y - zy)) + zo with the multiplier of f32(sx sy) / so. A task for every
// matrix of the result.
#include "common/numerics/multiplier.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/matrix_task.h"
#include "compiler/lower/parameters.h"
#include "compiler/lower/quantization.h"

namespace atl::compiler {
namespace {

// The batch of an operand that a batch of the result is made of; outer axes count from the last and broadcast.
int64_t batch_of(const graph::Shape& operand, const graph::Shape& result, int64_t batch) {
  int64_t index = 0, step = 1;
  for (size_t back = 3; back <= result.size(); ++back) {
    const int64_t extent = result[result.size() - back];
    const int64_t place = batch % extent;
    batch /= extent;
    if (back > operand.size()) continue;
    const int64_t own = operand[operand.size() - back];
    if (own > 1) index += place * step;
    step *= own;
  }
  return index;
}

Operand matrices(const graph::OpView& op, int32_t tensor, SegmentBuilder& builder) {
  const graph::Shape& shape = op.subgraph.tensors[static_cast<size_t>(tensor)].shape;
  const int64_t height = shape[shape.size() - 2], width = shape.back();
  return builder.view(tensor, Dims{graph::num_elements(shape) / (height * width), height, width});
}

}  // namespace

void lower_batch_matmul(const graph::OpView& op, SegmentBuilder& builder) {
  const auto& attrs = op.attrs<graph::BatchMatMulAttrs>();
  const graph::Shape& out = op.output(0).shape;
  const QuantParams x = quant_params(*op.input(0)), y = quant_params(*op.input(1)), to = quant_params(op.output(0));
  MatrixProduct product;
  product.rows = out[out.size() - 2], product.columns = out.back();
  const graph::Shape& left = op.input(0)->shape;
  product.depth = attrs.adj_x ? left[left.size() - 2] : left.back();
  product.x_turned = attrs.adj_x, product.y_turned = attrs.adj_y;
  product.x_zero_point = x.zero_point, product.y_zero_point = y.zero_point, product.zero_point = to.zero_point;
  std::vector<uint8_t> parameters;
  append_parameters(
      parameters, isa::RequantizeMode::kFixed, 0,
      numerics::quantize_multiplier(static_cast<double>(x.scale * y.scale) / static_cast<double>(to.scale)));
  const Operand result = matrices(op, op.op.outputs[0], builder);
  for (int64_t batch = 0; batch < result.shape[0]; ++batch) {
    builder.add(std::make_unique<MatrixTask>(product, matrices(op, op.op.inputs[0], builder),
                                             batch_of(left, out, batch), matrices(op, op.op.inputs[1], builder),
                                             batch_of(op.input(1)->shape, out, batch), result, batch, parameters,
                                             builder.machine()));
  }
}

}  // namespace atl::compiler

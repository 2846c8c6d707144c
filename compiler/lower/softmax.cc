// SOFTMAX over the last axis.
#include "compiler/tasks/softmax_task.h"

#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"
#include "compiler/lower/word_softmax.h"

namespace atl::compiler {

void lower_softmax(const graph::OpView& op, SegmentBuilder& builder) {
  const graph::Tensor& input = *op.input(0);
  const int64_t classes = input.shape.empty() ? 1 : input.shape.back();
  const Dims shape{graph::num_elements(input.shape) / classes, classes};
  if (is_words(input)) return lower_word_softmax(op, shape, builder);
  const auto params = numerics::prepare_softmax(op.attrs<graph::SoftmaxAttrs>().beta, quant_params(input).scale);
  builder.add(std::make_unique<SoftmaxTask>(builder.view(op.op.inputs[0], shape), builder.view(op.op.outputs[0], shape),
                                            lane_type(input), lane_type(op.output(0)), params));
}

}  // namespace atl::compiler

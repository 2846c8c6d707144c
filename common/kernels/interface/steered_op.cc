#include "common/kernels/interface/steered_op.h"

#include <algorithm>

#include "common/graph/shapes.h"

namespace atl::kernels {

SteeredOp::SteeredOp(const OpContext& context, const std::vector<size_t>& positions)
    : label_(context.label()), op_(context.op()) {
  const auto adopt = [&](std::vector<int32_t>& tensors) {
    for (int32_t& index : tensors) {
      if (index == graph::kNoTensor) continue;
      subgraph_.tensors.push_back(context.subgraph().tensors[static_cast<size_t>(index)]);
      subgraph_.tensors.back().name.clear();
      index = static_cast<int32_t>(subgraph_.tensors.size()) - 1;
    }
  };
  adopt(op_.inputs);
  adopt(op_.outputs);
  op_.opaque = nullptr;
  for (const size_t position : positions) {
    if (context.has_input(position) && !context.input(position).is_constant()) open_.push_back(position);
  }
}

std::vector<int64_t> SteeredOp::values(size_t position) const {
  const graph::Tensor* tensor = view().input(position);
  ATOLL_CHECK(tensor != nullptr, "{} has no input {}", label_, position);
  auto values = graph::constant_integers(*tensor);
  ATOLL_CHECK(values.has_value(), "{}: input {} is no list of integers", label_, position);
  return std::move(*values);
}

Status SteeredOp::settle(std::span<const ConstView> inputs) {
  bool changed = false;
  for (const size_t position : open_) {
    graph::Tensor& tensor = subgraph_.tensors[static_cast<size_t>(op_.inputs[position])];
    const std::span<const uint8_t> bytes = inputs[position].bytes;
    if (tensor.data != nullptr && std::equal(bytes.begin(), bytes.end(), tensor.data->begin(), tensor.data->end())) {
      continue;
    }
    tensor.data = graph::make_buffer({bytes.begin(), bytes.end()});
    changed = true;
  }
  if (!changed) return {};
  const auto shapes = graph::infer_shapes(subgraph_, op_);
  if (!shapes.ok()) return Error(shapes.error()).with_place(label_);
  for (size_t i = 0; i < op_.outputs.size(); ++i) {
    const auto& inferred = (*shapes)[i];
    if (!inferred || *inferred == output_shape(i)) continue;
    return make_error(ErrorCode::kInvalid,
                      "{}: the values given at run time lead to shape {}, not to the output's {} in the model", label_,
                      graph::shape_text(*inferred), graph::shape_text(output_shape(i)));
  }
  return {};
}

}  // namespace atl::kernels

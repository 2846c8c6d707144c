// PAD, PADV2: the output is filled (with zero, which is a quantized tensor's zero point; with the value of an operand),
// then the input's elements are copied to their places. MIRROR_PAD: a copy for every combination of border and inside.
#include <algorithm>

#include "common/kernels/move/kernels.h"
#include "common/kernels/move/pieces.h"

namespace atl::kernels::move {
namespace {

std::vector<Piece> pad(const SteeredOp& op) {
  const std::vector<int64_t> from = strides_of(op.input_shape(0)), to = strides_of(op.output_shape(0));
  const std::vector<int64_t> paddings = op.values(1);
  CopyPlan plan;
  for (size_t i = 0; i < from.size(); ++i) {
    plan.add(op.input_shape(0)[i], from[i], to[i]);
    plan.to += paddings[2 * i] * to[i];
  }
  return {{0, 0, std::move(plan)}};
}

// A part of an axis: where it begins in input and output, and which way the input is walked.
struct Span {
  int64_t from, to, extent, step;
};

std::vector<Span> mirrored(int64_t extent, int64_t before, int64_t after, bool symmetric) {
  const int64_t border = symmetric ? 0 : 1;  // the border itself is not repeated otherwise
  std::vector<Span> spans{{0, before, extent, 1}};
  if (before > 0) spans.push_back({before - 1 + border, 0, before, -1});
  if (after > 0) spans.push_back({extent - 1 - border, before + extent, after, -1});
  return spans;
}

std::vector<Piece> mirror_pad(const SteeredOp& op) {
  const graph::Shape& in = op.input_shape(0);
  const std::vector<int64_t> from = strides_of(in), to = strides_of(op.output_shape(0)), paddings = op.values(1);
  const bool symmetric = op.view().attrs<graph::MirrorPadAttrs>().symmetric;
  std::vector<CopyPlan> plans(1);
  for (size_t i = 0; i < in.size(); ++i) {
    std::vector<CopyPlan> longer;
    for (const Span& span : mirrored(in[i], paddings[2 * i], paddings[2 * i + 1], symmetric)) {
      for (CopyPlan plan : plans) {
        plan.add(span.extent, span.step * from[i], to[i]);
        plan.from += span.from * from[i], plan.to += span.to * to[i];
        longer.push_back(std::move(plan));
      }
    }
    plans = std::move(longer);
  }
  std::vector<Piece> pieces;
  for (CopyPlan& plan : plans) pieces.push_back({0, 0, std::move(plan)});
  return pieces;
}

}  // namespace

Result<PreparedKernel> prepare_pad(const OpContext& context) {
  return prepare_pieces(context, {1}, pad, {zero_element(context.output(0)), false});
}

Result<PreparedKernel> prepare_pad_v2(const OpContext& context) {
  if (graph::num_elements(context.input(2).shape) != 1) {
    return context.error(ErrorCode::kInvalid, "its padding value has shape {}; one element is needed",
                         graph::shape_text(context.input(2).shape));
  }
  return prepare_pieces(context, {1}, pad, {{}, true});
}

Result<PreparedKernel> prepare_mirror_pad(const OpContext& context) { return prepare_pieces(context, {1}, mirror_pad); }

}  // namespace atl::kernels::move

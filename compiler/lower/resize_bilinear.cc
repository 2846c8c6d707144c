// RESIZE_BILINEAR of 8 bits.
#include "compiler/lower/resize_bilinear.h"

#include "compiler/lower/lowering.h"
#include "compiler/lower/quantization.h"

namespace atl::compiler {

std::optional<std::vector<Blend>> resize_blends(const graph::OpView& op, size_t axis) {
  const auto& attrs = op.attrs<graph::ResizeAttrs>();
  const int32_t in = op.input(0)->shape[axis], out = op.output(0).shape[axis];
  if (is_unsigned(*op.input(0))) return exact_float_blends(in, out, attrs.align_corners, attrs.half_pixel_centers);
  return blends(in, out, attrs.align_corners, attrs.half_pixel_centers);
}

void lower_resize_bilinear(const graph::OpView& op, SegmentBuilder& builder) {
  const auto view = [&](int32_t tensor, const graph::Shape& shape) {
    return builder.view(tensor, Dims{shape[0], shape[1], shape[2], shape[3]});
  };
  builder.add(std::make_unique<BilinearTask>(view(op.op.inputs[0], op.input(0)->shape),
                                             view(op.op.outputs[0], op.output(0).shape), lane_type(*op.input(0)),
                                             *resize_blends(op, 1), *resize_blends(op, 2)));
}

}  // namespace atl::compiler

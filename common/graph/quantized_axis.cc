#include "common/graph/quantized_axis.h"

#include <fmt/format.h>

#include <algorithm>

namespace atl::graph {
namespace {

// The only axis of this extent, or -1.
int32_t only_axis_of(const Shape& shape, size_t extent) {
  int32_t found = -1;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 0 || static_cast<size_t>(shape[axis]) != extent) continue;
    if (found >= 0) return -1;
    found = static_cast<int32_t>(axis);
  }
  return found;
}

}  // namespace

std::string repair_quantized_axis(Tensor& tensor, const std::string& label) {
  Quantization& quant = tensor.quant;
  if (!quant.present()) return "";
  const bool in_rank = quant.axis >= 0 && static_cast<size_t>(quant.axis) < std::max<size_t>(tensor.shape.size(), 1);
  if (in_rank) return "";
  const int32_t axis = quant.per_channel() ? only_axis_of(tensor.shape, quant.scale.size()) : 0;
  if (axis < 0) return "";
  std::string warning =
      fmt::format("{}: quantized dimension {} is outside its shape {}; {}", label, quant.axis, shape_text(tensor.shape),
                  quant.per_channel() ? fmt::format("took {}, the only axis with {} elements", axis, quant.scale.size())
                                      : std::string("it has one scale, so none is needed"));
  quant.axis = axis;
  return warning;
}

}  // namespace atl::graph

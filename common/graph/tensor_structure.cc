#include <cmath>

#include "common/graph/shapes.h"
#include "common/graph/structure.h"

namespace atl::graph {
namespace {

// False when the shape is so wrong that nothing else can be said of the tensor.
bool check_shape(const Tensor& tensor, const std::string& label, Problems& problems) {
  const auto elements = checked_num_elements(tensor.shape);
  if (!elements || *elements > kMaxTensorElements) {
    problems.add("{} has shape {}; extents must be 0 or more and their product below 2^31", label,
                 shape_text(tensor.shape));
    return false;
  }
  if (!tensor.shape_signature.empty() && tensor.shape_signature.size() != tensor.shape.size()) {
    problems.add("{} has shape {} but a shape signature of {} axes", label, shape_text(tensor.shape),
                 tensor.shape_signature.size());
  }
  return true;
}

void check_data(const Tensor& tensor, const std::string& label, Problems& problems) {
  if (!tensor.is_constant()) return;
  if (tensor.is_variable) {
    problems.add("{} is a variable and a constant; it can't be both", label);
    return;
  }
  if (!tensor.plain || dtype_bits(tensor.type) == 0) return;  // its size does not follow from the shape
  const int64_t bytes = num_bytes(tensor.shape, tensor.type);
  if (static_cast<int64_t>(tensor.data->size()) == bytes) return;
  problems.add("{} holds {} bytes; {} {} needs {}", label, tensor.data->size(), shape_text(tensor.shape),
               dtype_name(tensor.type), bytes);
}

void check_scales(const Quantization& quant, const std::string& label, Problems& problems) {
  for (size_t i = 0; i < quant.scale.size(); ++i) {
    if (std::isfinite(quant.scale[i]) && quant.scale[i] > 0) continue;
    problems.add("{} has scale {} at {}; scales must be finite and above 0", label, quant.scale[i], i);
    return;
  }
}

void check_zero_points(const Tensor& tensor, const std::string& label, Problems& problems) {
  const Quantization& quant = tensor.quant;
  if (quant.zero_point.size() != quant.scale.size()) {
    problems.add("{} has {} scales but {} zero points", label, quant.scale.size(), quant.zero_point.size());
    return;
  }
  if (!is_integer(tensor.type) || dtype_bits(tensor.type) > 16) return;
  for (int64_t zero_point : quant.zero_point) {
    if (zero_point >= dtype_min(tensor.type) && zero_point <= dtype_max(tensor.type)) continue;
    problems.add("{} has zero point {}, outside {}", label, zero_point, dtype_name(tensor.type));
    return;
  }
}

void check_axis(const Tensor& tensor, const std::string& label, Problems& problems) {
  const Quantization& quant = tensor.quant;
  if (!quant.per_channel()) return;
  const bool in_rank = quant.axis >= 0 && static_cast<size_t>(quant.axis) < tensor.shape.size();
  if (in_rank && static_cast<size_t>(tensor.shape[static_cast<size_t>(quant.axis)]) == quant.scale.size()) return;
  problems.add("{} has {} scales along axis {} of its shape {}; there must be one scale, or as many as the axis has",
               label, quant.scale.size(), quant.axis, shape_text(tensor.shape));
}

}  // namespace

void check_tensor(const Tensor& tensor, const std::string& label, Problems& problems) {
  if (!check_shape(tensor, label, problems)) return;
  check_data(tensor, label, problems);
  if (!tensor.plain || !tensor.quant.present()) return;
  check_scales(tensor.quant, label, problems);
  check_zero_points(tensor, label, problems);
  check_axis(tensor, label, problems);
}

}  // namespace atl::graph

#include "runtime/weighted_taps.h"

#include <algorithm>
#include <cstring>

#include "common/graph/window.h"
#include "common/kernels/random_inputs.h"

namespace atl::runtime {
namespace {

using graph::DType;
using graph::OpKind;
using graph::Tensor;

int64_t element(const Tensor& tensor, int64_t index) {
  const uint8_t* bytes = tensor.data->data();
  switch (tensor.type) {
    case DType::kInt8: return static_cast<int8_t>(bytes[index]);
    case DType::kUint8: return bytes[index];
    case DType::kInt32: {
      int32_t value;
      std::memcpy(&value, bytes + 4 * index, sizeof value);
      return value;
    }
    default: {
      int64_t value;
      std::memcpy(&value, bytes + 8 * index, sizeof value);
      return value;
    }
  }
}

bool is_quantized(const Tensor& tensor) {
  return graph::is_quantized_activation(tensor.type) && tensor.quant.scale.size() == 1;
}

// Geometry of a convolution, or of FULLY_CONNECTED as one of 1 x 1 pixels.
struct Geometry {
  int64_t batch = 1, in_h = 1, in_w = 1, in_c = 1, out_h = 1, out_w = 1, out_c = 1;
  int64_t kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_h = 0, pad_w = 0;
  int64_t group_in = 1, group_out = 1;  // channels of a group
  bool depthwise = false;

  int64_t weight(int64_t channel, int64_t y, int64_t x, int64_t c) const {
    return depthwise ? (y * kernel_w + x) * out_c + channel : ((channel * kernel_h + y) * kernel_w + x) * group_in + c;
  }
};

template <typename Attrs>
Geometry windowed(const graph::OpView& op, const Attrs& attrs) {
  const graph::Shape& in = op.input(0)->shape;
  const graph::Shape& w = op.input(1)->shape;
  const graph::Shape& out = op.output(0).shape;
  Geometry g{in[0], in[1], in[2],          in[3],          out[1],           out[2],          out[3],
             w[1],  w[2],  attrs.stride_h, attrs.stride_w, attrs.dilation_h, attrs.dilation_w};
  const auto y = graph::window_axis(attrs.padding, in[1], w[1], attrs.stride_h, attrs.dilation_h);
  const auto x = graph::window_axis(attrs.padding, in[2], w[2], attrs.stride_w, attrs.dilation_w);
  g.pad_h = y->pad_before, g.pad_w = x->pad_before;  // the op is verified
  g.depthwise = op.op.kind == OpKind::kDepthwiseConv2D;
  g.group_in = g.depthwise ? 1 : w[3];
  g.group_out = g.depthwise ? out[3] / in[3] : out[3] / (in[3] / w[3]);
  return g;
}

Geometry geometry(const graph::OpView& op) {
  if (op.op.kind == OpKind::kConv2D) return windowed(op, op.attrs<graph::Conv2DAttrs>());
  if (op.op.kind == OpKind::kDepthwiseConv2D) return windowed(op, op.attrs<graph::DepthwiseConv2DAttrs>());
  Geometry g;
  g.in_c = g.group_in = op.input(1)->shape[1];
  g.out_c = g.group_out = op.input(1)->shape[0];
  g.batch = graph::num_elements(op.input(0)->shape) / g.in_c;
  return g;
}

WeightedSum sum_at(const graph::OpView& op, const Geometry& g, int64_t n, int64_t y, int64_t x, int64_t channel) {
  const Tensor& weights = *op.input(1);
  const graph::Quantization& quant = weights.quant;
  const size_t q = quant.per_channel() ? static_cast<size_t>(channel) : 0;
  WeightedSum sum;
  sum.output = ((n * g.out_h + y) * g.out_w + x) * g.out_c + channel;
  sum.multiplier = double{op.input(0)->quant.scale[0]} * quant.scale[q] / op.output(0).quant.scale[0];
  if (op.input(2) != nullptr) sum.bias = element(*op.input(2), channel);
  const int64_t first_c = channel / g.group_out * g.group_in;
  for (int64_t ky = 0; ky < g.kernel_h; ++ky) {
    for (int64_t kx = 0; kx < g.kernel_w; ++kx) {
      const int64_t in_y = y * g.stride_h - g.pad_h + ky * g.dilation_h;
      const int64_t in_x = x * g.stride_w - g.pad_w + kx * g.dilation_w;
      if (in_y < 0 || in_y >= g.in_h || in_x < 0 || in_x >= g.in_w) continue;
      for (int64_t c = 0; c < g.group_in; ++c) {
        const auto weight = static_cast<int32_t>(element(weights, g.weight(channel, ky, kx, c)) - quant.zero_point[q]);
        sum.taps.push_back({((n * g.in_h + in_y) * g.in_w + in_x) * g.in_c + first_c + c, weight});
      }
    }
  }
  return sum;
}

}  // namespace

bool has_weighted_sums(const graph::OpView& op) {
  const OpKind kind = op.op.kind;
  if (kind != OpKind::kConv2D && kind != OpKind::kDepthwiseConv2D && kind != OpKind::kFullyConnected) return false;
  const Tensor& weights = *op.input(1);
  const bool whole_bytes = weights.type == DType::kInt8 || weights.type == DType::kUint8;
  const bool bias_known = op.input(2) == nullptr || op.input(2)->is_constant();
  return whole_bytes && weights.is_constant() && weights.quant.present() && bias_known && is_quantized(*op.input(0)) &&
         is_quantized(op.output(0)) && !op.input(0)->is_constant();
}

std::vector<WeightedSum> independent_sums(const graph::OpView& op, uint64_t draw) {
  constexpr size_t kMost = 256;  // in one invocation
  const Geometry g = geometry(op);
  const auto apart = [](int64_t kernel, int64_t dilation, int64_t stride) {
    return ((kernel - 1) * dilation + 1 + stride - 1) / stride;
  };
  const int64_t step_y = apart(g.kernel_h, g.dilation_h, g.stride_h);
  const int64_t step_x = apart(g.kernel_w, g.dilation_w, g.stride_w);
  kernels::SplitMix64 generator(draw);
  std::vector<WeightedSum> sums;
  for (int64_t n = 0; n < g.batch; ++n) {
    for (int64_t y = static_cast<int64_t>(generator() % static_cast<uint64_t>(step_y)); y < g.out_h; y += step_y) {
      for (int64_t x = static_cast<int64_t>(generator() % static_cast<uint64_t>(step_x)); x < g.out_w; x += step_x) {
        if (sums.size() == kMost) return sums;
        sums.push_back(sum_at(op, g, n, y, x, static_cast<int64_t>(generator() % static_cast<uint64_t>(g.out_c))));
      }
    }
  }
  return sums;
}

}  // namespace atl::runtime

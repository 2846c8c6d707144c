// Layers with random weights whose activations stay spread over their type, for models made up for measuring.
//
// Weights are drawn from SplitMix64 and scaled so that every layer's real outputs have a root mean square of a few
// units, as in a trained network: nothing saturates everywhere, and no softmax is flat. The same seed makes the same
// model.
#pragma once

#include <string>

#include "common/graph/builder.h"
#include "common/kernels/random_inputs.h"

namespace atl::benchmarks {

// The element type of activations: int8 with symmetric weights of one scale a channel (FULLY_CONNECTED: of one scale),
// uint8 with weights of one scale and a zero point, or float32.
enum class Precision { kInt8, kUint8, kFloat32 };

struct Layer {
  int32_t tensor = graph::kNoTensor;
  double rms = 1;  // of its real values, as planned
};

// A square window.
struct Square {
  int32_t kernel = 1, stride = 1;
};

class RandomLayers {
 public:
  RandomLayers(Precision precision, uint64_t seed) : precision_(precision), draw_(seed) {}

  Layer input(const std::string& name, const graph::Shape& shape);
  // SAME padding, bias, and RELU6 or nothing fused.
  Layer conv_2d(const std::string& name, Layer in, int32_t filters, Square window, bool relu6);
  Layer depthwise_conv_2d(const std::string& name, Layer in, Square window, bool relu6);
  // Of a [batch, depth] input.
  Layer fully_connected(const std::string& name, Layer in, int32_t outputs);
  Layer add(const std::string& name, Layer a, Layer b);
  // Over the whole image: AVERAGE_POOL_2D, whose output is 1 x 1 x 1 x channels, or MEAN, whose output is 1 x channels.
  Layer average_pool(const std::string& name, Layer in);
  Layer mean(const std::string& name, Layer in);
  Layer reshape(const std::string& name, Layer in, const std::vector<int32_t>& shape);
  Layer softmax(const std::string& name, Layer in);

  // The model, verified; nothing can be added any more.
  graph::Model finish(Layer output);

 private:
  struct Weights {
    int32_t filter = graph::kNoTensor, bias = graph::kNoTensor;
  };
  Weights weights(const std::string& name, Layer in, const graph::Shape& shape, int32_t channel_axis,
                  double output_rms);
  int32_t float_constant(const std::string& name, const graph::Shape& shape, double rms);
  graph::Quantization weight_quantization(double rms, int32_t channels, int32_t channel_axis);
  graph::Output linear(const std::string& name, double rms) const;
  graph::Output rectified(const std::string& name) const;
  graph::Output like(const std::string& name, Layer in);
  graph::DType type() const;
  double uniform() { return static_cast<double>(draw_() >> 11) * 0x1p-53; }  // [0, 1)

  Precision precision_;
  kernels::SplitMix64 draw_;
  graph::GraphBuilder graph_;
};

}  // namespace atl::benchmarks

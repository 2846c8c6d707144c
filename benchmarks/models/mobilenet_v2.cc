#include "benchmarks/models/mobilenet_v2.h"

#include <fmt/format.h>

namespace atl::benchmarks {
namespace {

// A row of the paper's table: `repeats` bottlenecks, the first one with the stride.
struct Stage {
  int32_t expansion, channels, repeats, stride;
};
constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                             {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
constexpr int32_t kClasses = 1001;

struct Features {
  Layer layer;
  int32_t channels;
};

Features bottleneck(RandomLayers& layers, const std::string& name, Features in, const Stage& stage, int32_t stride) {
  Layer x = in.layer;
  if (stage.expansion != 1) {
    x = layers.conv_2d(name + "/expand", x, in.channels * stage.expansion, {1, 1}, true);
  }
  x = layers.depthwise_conv_2d(name + "/depthwise", x, {3, stride}, true);
  x = layers.conv_2d(name + "/project", x, stage.channels, {1, 1}, false);
  if (stride == 1 && in.channels == stage.channels) x = layers.add(name + "/add", x, in.layer);
  return {x, stage.channels};
}

}  // namespace

graph::Model make_mobilenet_v2(Precision precision, int32_t image, uint64_t seed) {
  RandomLayers layers(precision, seed);
  Features features{layers.conv_2d("stem", layers.input("image", {1, image, image, 3}), 32, {3, 2}, true), 32};
  int index = 0;
  for (const Stage& stage : kStages) {
    for (int32_t repeat = 0; repeat < stage.repeats; ++repeat) {
      features = bottleneck(layers, fmt::format("block{}", index++), features, stage, repeat == 0 ? stage.stride : 1);
    }
  }
  const Layer head = layers.conv_2d("head", features.layer, 1280, {1, 1}, true);
  Layer logits;
  if (precision == Precision::kUint8) {
    logits = layers.conv_2d("logits", layers.average_pool("pool", head), kClasses, {1, 1}, false);
    logits = layers.reshape("flat", logits, {1, kClasses});
  } else {
    logits = layers.fully_connected("logits", layers.mean("pool", head), kClasses);
  }
  return layers.finish(layers.softmax("probabilities", logits));
}

}  // namespace atl::benchmarks

// The reference operators at the sizes they have in MobileNet v2 (224), one thread, in each of their precisions.
#include <benchmark/benchmark.h>

#include <functional>

#include "benchmarks/models/mobilenet_v2.h"
#include "common/graph/op_macs.h"
#include "common/kernels/interpreter.h"

namespace atl::benchmarks {
namespace {

uint64_t total_macs(const graph::Model& model) {
  uint64_t macs = 0;
  for (const graph::Op& op : model.main().ops) macs += graph::op_macs({model.main(), op});
  return macs;
}

// Measures invocations; the rate is multiply-accumulates a second, or output elements where there are none.
void invoke(benchmark::State& state, const graph::Model& model) {
  auto interpreter = kernels::Interpreter::create(model);
  ATOLL_CHECK(interpreter.ok(), "{}", interpreter.error().text());
  const auto inputs = kernels::random_inputs(model.main(), 0);
  ATOLL_CHECK(inputs.ok());
  for (auto _ : state) {
    for (size_t i = 0; i < inputs->size(); ++i) interpreter->set_input(i, (*inputs)[i]);
    const Status status = interpreter->invoke();
    ATOLL_CHECK(status.ok(), "{}", status.error().text());
    benchmark::ClobberMemory();
  }
  const uint64_t macs = total_macs(model);
  const auto elements = graph::num_elements(model.main().tensors[static_cast<size_t>(model.main().outputs[0])].shape);
  state.counters[macs > 0 ? "macs" : "elements"] =
      benchmark::Counter(static_cast<double>(macs > 0 ? macs : static_cast<uint64_t>(elements)),
                         benchmark::Counter::kIsIterationInvariantRate);
}

struct Case {
  std::string name;
  graph::Shape input;
  std::function<Layer(RandomLayers&, Layer)> layer;
};

const std::vector<Case> kCases = {
    {"conv_2d/stem_3x3_s2_224x224x3_32",
     {1, 224, 224, 3},
     [](RandomLayers& to, Layer in) {
       return to.conv_2d("y", in, 32, {3, 2}, true);
     }},
    {"conv_2d/expand_1x1_112x112x16_96",
     {1, 112, 112, 16},
     [](RandomLayers& to, Layer in) {
       return to.conv_2d("y", in, 96, {1, 1}, true);
     }},
    {"conv_2d/project_1x1_14x14x384_64",
     {1, 14, 14, 384},
     [](RandomLayers& to, Layer in) {
       return to.conv_2d("y", in, 64, {1, 1}, false);
     }},
    {"conv_2d/head_1x1_7x7x320_1280",
     {1, 7, 7, 320},
     [](RandomLayers& to, Layer in) {
       return to.conv_2d("y", in, 1280, {1, 1}, true);
     }},
    {"depthwise_conv_2d/3x3_s2_112x112x96",
     {1, 112, 112, 96},
     [](RandomLayers& to, Layer in) {
       return to.depthwise_conv_2d("y", in, {3, 2}, true);
     }},
    {"depthwise_conv_2d/3x3_14x14x384",
     {1, 14, 14, 384},
     [](RandomLayers& to, Layer in) {
       return to.depthwise_conv_2d("y", in, {3, 1}, true);
     }},
    {"fully_connected/1280_1001",
     {1, 1280},
     [](RandomLayers& to, Layer in) { return to.fully_connected("y", in, 1001); }},
    {"add/56x56x24", {1, 56, 56, 24}, [](RandomLayers& to, Layer in) { return to.add("y", in, in); }},
    {"average_pool_2d/7x7x1280", {1, 7, 7, 1280}, [](RandomLayers& to, Layer in) { return to.average_pool("y", in); }},
    {"mean/7x7x1280", {1, 7, 7, 1280}, [](RandomLayers& to, Layer in) { return to.mean("y", in); }},
    {"softmax/1001", {1, 1001}, [](RandomLayers& to, Layer in) { return to.softmax("y", in); }},
};

graph::Model one_layer(const Case& one, Precision precision) {
  RandomLayers layers(precision, 1);
  const Layer in = layers.input("x", one.input);
  return layers.finish(one.layer(layers, in));
}

void register_all() {
  constexpr std::pair<const char*, Precision> kPrecisions[] = {
      {"int8", Precision::kInt8}, {"uint8", Precision::kUint8}, {"float32", Precision::kFloat32}};
  for (const Case& one : kCases) {
    for (const auto& [name, precision] : kPrecisions) {
      benchmark::RegisterBenchmark((one.name + "/" + name).c_str(), [&one,
                                                                     precision = precision](benchmark::State& state) {
        invoke(state, one_layer(one, precision));
      })->Unit(benchmark::kMicrosecond);
    }
  }
  for (const auto& [name, precision] : kPrecisions) {
    benchmark::RegisterBenchmark((std::string("mobilenet_v2_224/") + name).c_str(), [precision = precision](
                                                                                        benchmark::State& state) {
      invoke(state, make_mobilenet_v2(precision));
    })->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace atl::benchmarks

int main(int count, char** arguments) {
  atl::benchmarks::register_all();
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}

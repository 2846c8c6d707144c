// atoll_make_vector_models FOLDER SEED: writes small models of one operator each, for which stored vectors are made.
#include <cstdlib>

#include "common/base/file.h"
#include "common/graph/builder.h"
#include "common/graph/verifier.h"
#include "common/kernels/random_inputs.h"
#include "common/tflite/writer.h"
#include "tests/vectors/store_model.h"

using namespace atl;
using graph::Activation;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::Padding;
using graph::per_tensor;

namespace {

class Maker {
 public:
  Maker(std::string folder, uint64_t seed) : folder_(std::move(folder)), random_(seed) {}

  void make_all() {
    for (const DType type : {DType::kInt8, DType::kUint8}) {
      type_ = type;
      suffix_ = std::string("_") + std::string(graph::dtype_name(type));
      make_weighted();
      make_pointwise();
      make_reductions();
      make_movement();
    }
  }

 private:
  graph::Quantization any_quant(float scale) {
    const auto zero = static_cast<int64_t>(random_() % 200) + 28;
    return per_tensor(scale, type_ == DType::kUint8 ? zero : zero - 128);
  }
  graph::Output output(float scale) { return {"y", type_, any_quant(scale)}; }
  int32_t input(GraphBuilder& builder, graph::Shape shape, std::string name = "x") {
    return builder.add_input(std::move(name), type_, std::move(shape), any_quant(0.05f));
  }
  // Per channel where the type has that form.
  int32_t weights(GraphBuilder& builder, graph::Shape shape, int32_t axis) {
    std::vector<uint8_t> bytes(static_cast<size_t>(graph::num_elements(shape)));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_());
    graph::Quantization quant = per_tensor(0.004f, 0);
    if (type_ == DType::kUint8) {
      quant = any_quant(0.004f);
    } else {
      std::vector<float> scales(static_cast<size_t>(shape[static_cast<size_t>(axis)]));
      for (float& scale : scales) scale = 0.001f + 0.0001f * static_cast<float>(random_() % 60);
      quant = graph::per_channel(scales, axis);
    }
    return builder.add_constant("w", type_, std::move(shape), std::move(bytes), quant);
  }
  int32_t bias(GraphBuilder& builder, int32_t channels) {
    std::vector<int32_t> values(static_cast<size_t>(channels));
    for (int32_t& value : values) value = static_cast<int32_t>(random_() % 8001) - 4000;
    return builder.add_constant<int32_t>("b", {channels}, values);
  }

  void make_weighted() {
    for (const auto padding : {Padding::kSame, Padding::kValid}) {
      const std::string name = padding == Padding::kSame ? "same" : "valid";
      GraphBuilder conv;
      const int32_t x = input(conv, {2, 9, 8, 5});
      const int32_t w = weights(conv, {7, 3, 2, 5}, 0), b = bias(conv, 7);
      finish("conv_2d_" + name, "CONV_2D", conv,
             conv.conv2d(x, w, b, {padding, 2, 1, 1, 2, Activation::kRelu6, DType::kFloat32}, output(0.11f)));
      GraphBuilder depthwise;
      const int32_t dx = input(depthwise, {1, 8, 9, 6});
      const int32_t dw = weights(depthwise, {1, 3, 3, 12}, 3), db = bias(depthwise, 12);
      finish("depthwise_" + name, "DEPTHWISE_CONV_2D", depthwise,
             depthwise.depthwise_conv2d(dx, dw, db, {padding, 1, 2, 1, 1, 2, Activation::kRelu}, output(0.09f)));
    }
    GraphBuilder dense;
    const int32_t x = input(dense, {3, 100});
    const int32_t w = weights(dense, {19, 100}, 0), b = bias(dense, 19);
    finish("fully_connected", "FULLY_CONNECTED", dense, dense.fully_connected(x, w, b, {}, output(0.21f)));
  }

  void make_pointwise() {
    GraphBuilder add;
    const int32_t a = input(add, {1, 6, 6, 9}, "a"), b = input(add, {6, 1, 9}, "b");
    finish("add", "ADD", add, add.add(a, b, {Activation::kNone, true}, output(0.08f)));
    for (const OpKind kind : {OpKind::kRelu, OpKind::kRelu6, OpKind::kQuantize}) {
      GraphBuilder unary;
      const int32_t x = input(unary, {1, 6, 6, 9});
      const std::string name(graph::op_info(kind).name);
      finish(name, name, unary, unary.unary(kind, x, output(0.03f)));
    }
    GraphBuilder softmax;
    const int32_t x = input(softmax, {4, 37});
    finish("softmax", "SOFTMAX", softmax,
           softmax.softmax(x, {"y", type_, per_tensor(1 / 256.0f, type_ == DType::kUint8 ? 0 : -128)}));
  }

  void make_reductions() {
    for (const OpKind kind : {OpKind::kAveragePool2D, OpKind::kMaxPool2D}) {
      GraphBuilder pool;
      const int32_t x = input(pool, {1, 11, 10, 6});
      const std::string name(graph::op_info(kind).name);
      finish(name, name, pool,
             pool.pool2d(kind, x, {Padding::kSame, 2, 1, 4, 3, Activation::kNone}, {"y", type_, pool.tensor(x).quant}));
    }
    GraphBuilder mean;
    const int32_t x = input(mean, {2, 7, 5, 6});
    finish("mean", "MEAN", mean, mean.mean(x, {1, 2}, true, output(0.02f)));
  }

  void make_movement() {
    GraphBuilder pad;
    const int32_t x = input(pad, {1, 4, 5, 3});
    finish("pad", "PAD", pad, pad.pad(x, {0, 0, 1, 2, 3, 0, 0, 1}, {"y", type_, pad.tensor(x).quant}));
    GraphBuilder join;
    const int32_t a = input(join, {1, 4, 3}, "a");
    // Only uint8 may join tensors of different scales.
    const int32_t b =
        join.add_input("b", type_, {1, 4, 5}, type_ == DType::kUint8 ? any_quant(0.13f) : join.tensor(a).quant);
    finish("concatenation", "CONCATENATION", join, join.concatenation({a, b}, 2, {"y", type_, join.tensor(a).quant}));
  }

  void finish(const std::string& name, const std::string& op, GraphBuilder& builder, int32_t result) {
    vectors::store_model(folder_, name + suffix_, op, type_, builder, result);
  }

  std::string folder_, suffix_;
  kernels::SplitMix64 random_;
  DType type_ = DType::kInt8;
};

}  // namespace

void vectors::store_model(const std::string& folder, const std::string& name, const std::string& op, DType type,
                          GraphBuilder& builder, int32_t result) {
  builder.mark_output(result);
  const graph::Model model = builder.finish();
  const Status valid = graph::verify(model);
  ATOLL_CHECK(valid.ok(), "{}: {}", name, valid.error().text());
  const Status written = write_file(folder + "/" + name + ".tflite", tflite::write_model(model));
  ATOLL_CHECK(written.ok(), "{}", written.error().text());
  fmt::print("{} {} {}\n", name, op, graph::dtype_name(type));
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: atoll_make_vector_models FOLDER SEED\n");
    return 2;
  }
  Maker(argv[1], std::strtoull(argv[2], nullptr, 10)).make_all();
  vectors::make_elementwise_models(argv[1]);
  return 0;
}

#include "tests/cli/models.h"

#include <cstring>

#include "common/base/check.h"
#include "common/graph/builder.h"
#include "common/graph/builtin_names.h"

namespace atl::test {
namespace {

using graph::DType;
using graph::GraphBuilder;

// Numbers without a pattern: a linear congruential generator (Numerical Recipes' constants), its top bits.
class Draw {
 public:
  int32_t operator()(int32_t low, int32_t high) {
    state_ = state_ * 1664525u + 1013904223u;
    return low + static_cast<int32_t>((state_ >> 8) % static_cast<uint32_t>(high - low + 1));
  }

 private:
  uint32_t state_ = 20240607;
};

template <typename T>
std::vector<T> drawn(Draw& draw, int64_t count, int32_t low, int32_t high) {
  std::vector<T> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<T>(draw(low, high)));
  return values;
}

graph::Tensor float_tensor(const std::string& name, graph::Shape shape) {
  graph::Tensor tensor;
  tensor.name = name;
  tensor.shape = std::move(shape);
  tensor.has_rank = true;
  return tensor;
}

}  // namespace

graph::Model int8_classifier() {
  Draw draw;
  GraphBuilder builder;
  const int32_t image = builder.add_input("image", DType::kInt8, {1, 8, 8, 2}, graph::per_tensor(0.05f, -3));
  const int32_t filter = builder.add_constant<int8_t>("filter", {6, 3, 3, 2}, drawn<int8_t>(draw, 108, -127, 127),
                                                      graph::per_tensor(0.01f, 0));
  const int32_t bias = builder.add_constant<int32_t>("bias", {6}, drawn<int32_t>(draw, 6, -2000, 2000),
                                                     graph::per_tensor(0.05f * 0.01f, 0));
  graph::Conv2DAttrs conv;
  conv.activation = graph::Activation::kRelu;
  const int32_t features =
      builder.conv2d(image, filter, bias, conv, {"features", DType::kInt8, graph::per_tensor(0.04f, -128)});
  graph::Pool2DAttrs pool{graph::Padding::kValid, 2, 2, 2, 2, graph::Activation::kNone};
  const int32_t pooled = builder.pool2d(graph::OpKind::kMaxPool2D, features, pool,
                                        {"pooled", DType::kInt8, graph::per_tensor(0.04f, -128)});
  const int32_t flat = builder.reshape(pooled, {1, 96}, {"flat", DType::kInt8, graph::per_tensor(0.04f, -128)});
  const int32_t weights = builder.add_constant<int8_t>("weights", {4, 96}, drawn<int8_t>(draw, 4 * 96, -127, 127),
                                                       graph::per_tensor(0.02f, 0));
  const int32_t scores = builder.fully_connected(flat, weights, graph::kNoTensor, {},
                                                 {"scores", DType::kInt8, graph::per_tensor(0.3f, 5)});
  builder.mark_output(scores);
  return builder.finish();
}

graph::Model float_model() {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 4});
  const int32_t positive = builder.unary(graph::OpKind::kRelu, x, {"positive"});
  const int32_t identity =
      builder.add_constant<float>("identity", {4, 4}, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
  builder.mark_output(builder.fully_connected(positive, identity, graph::kNoTensor, {}, {"y"}));
  return builder.finish();
}

graph::Model open_output_model() {
  graph::Model model = float_model();
  graph::Tensor& output = model.main().tensors[static_cast<size_t>(model.main().outputs[0])];
  output.shape.clear();
  output.has_rank = false;
  return model;
}

std::vector<float> float_samples() {
  std::vector<float> samples;
  for (int i = 0; i < 80; ++i) samples.push_back(static_cast<float>((i * 37) % 101) / 25.0f - 2.0f);
  return samples;
}

graph::Model model_with_builtin_where() {
  constexpr int32_t kWhere = 109;  // BuiltinOperator.WHERE
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 4});
  graph::Op op;
  op.builtin_code = kWhere;
  op.inputs = {builder.unary(graph::OpKind::kRelu, x, {"positive"})};
  builder.mark_output(builder.add_unknown_op(std::move(op), {float_tensor("wave", {1, 4})}));
  return builder.finish();
}

graph::Model model_with_custom_op() {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 4});
  graph::Op op;
  op.builtin_code = graph::kCustomBuiltinCode;
  op.custom_code = "Mystery";
  op.inputs = {builder.unary(graph::OpKind::kRelu, x, {"positive"})};
  builder.mark_output(builder.add_unknown_op(std::move(op), {float_tensor("riddle", {1, 4})}));
  return builder.finish();
}

graph::Model model_of_unknown_shape() {
  graph::Model model = int8_classifier();
  graph::Tensor& image = model.main().tensors[static_cast<size_t>(model.main().inputs[0])];
  image.shape.clear();
  image.has_rank = false;
  return model;
}

graph::Model two_input_model() {
  GraphBuilder builder;
  const int32_t a = builder.add_input("a", DType::kFloat32, {1, 3});
  const int32_t b = builder.add_input("b", DType::kFloat32, {1, 3});
  builder.mark_output(builder.add(a, b, {}, {"sum"}));
  return builder.finish();
}

graph::Model running_total() {
  const auto none = std::vector<graph::Tensor>{};
  const auto total = [](GraphBuilder& b) {
    graph::Tensor handle = float_tensor("handle", {});
    handle.type = DType::kResource;
    return b.add_op(graph::OpKind::kVarHandle, graph::VarHandleAttrs{"", "total"}, {}, std::vector{handle});
  };
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {2});
  b.add_op(graph::OpKind::kCallOnce, graph::CallOnceAttrs{1}, {}, none);
  const int32_t handle = total(b);
  const int32_t before =
      b.add_op(graph::OpKind::kReadVariable, graph::NoAttrs{}, {handle}, std::vector{float_tensor("before", {2})});
  const int32_t after = b.add(before, x, {}, {"after"});
  b.add_op(graph::OpKind::kAssignVariable, graph::NoAttrs{}, {handle, after}, none);
  b.mark_output(after);
  graph::Model model = b.finish();
  GraphBuilder init("init");
  const int32_t same = total(init);
  init.add_op(graph::OpKind::kAssignVariable, graph::NoAttrs{}, {same, init.add_constant<float>("zeros", {2}, {0, 0})},
              none);
  model.subgraphs.push_back(init.finish().main());
  GraphBuilder twice("twice");
  const int32_t v = twice.add_input("v", DType::kFloat32, {2});
  const int32_t sum = twice.add(v, v, {}, {"sum"});
  twice.mark_output(sum);
  model.subgraphs.push_back(twice.finish().main());
  model.signatures.push_back({"double", 2, {{"value", v}}, {{"twice", sum}}, nullptr});
  return model;
}

arrays::Array float_array(std::vector<int64_t> shape, const std::vector<float>& values) {
  arrays::Array array{arrays::ElementType::kFloat32, std::move(shape), Bytes(values.size() * sizeof(float))};
  ATOLL_CHECK(array.num_elements() == static_cast<int64_t>(values.size()));
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

arrays::Array int8_array(std::vector<int64_t> shape, int8_t value) {
  arrays::Array array{arrays::ElementType::kInt8, std::move(shape), {}};
  array.bytes.assign(static_cast<size_t>(array.num_elements()), static_cast<uint8_t>(value));
  return array;
}

}  // namespace atl::test

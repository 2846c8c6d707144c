#include <catch2/catch.hpp>

#include "common/graph/printer.h"
#include "common/graph/verifier.h"
#include "tests/graph/sample_model.h"

using namespace atl::graph;

TEST_CASE("a model prints one line a tensor and one an operator") {
  GraphBuilder b;
  const int32_t input = b.add_input("x", DType::kInt8, {1, 4, 4, 1}, per_tensor(0.5f, -3));
  const int32_t filter = b.add_constant<int8_t>("w", {2, 1, 1, 1}, {1, -1}, per_channel({0.25f, 0.5f}, 0));
  const int32_t bias = b.add_constant<int32_t>("b", {2}, {7, 8});
  Conv2DAttrs attrs{Padding::kValid, 2, 3};
  attrs.activation = Activation::kRelu6;
  const int32_t conv = b.conv2d(input, filter, bias, attrs, {"y", DType::kInt8, per_tensor(0.125f, 0)});
  b.mark_output(conv);
  b.tensor(input).shape_signature = {-1, 4, 4, 1};
  Op custom;
  custom.builtin_code = 32;
  custom.custom_code = "atoll-program";
  custom.custom_options = {1, 2, 3};
  custom.inputs = {conv, kNoTensor};
  Tensor result;
  result.name = "z";
  result.is_variable = true;
  b.add_unknown_op(custom, {result});
  Model model = b.finish();
  model.signatures.push_back({"serving", 0, {{"x", 0}}, {{"y", 3}}, nullptr});
  model.metadata.push_back({"note", make_buffer({1, 2})});
  CHECK(
      print(model) ==
      "model version=3 description='made by Atoll'\n"
      "subgraph #0 'main' (0) -> (3)\n"
      "  tensor #0 'x' int8 1x4x4x1 signature=-1x4x4x1 scale=0.5 zero_point=-3\n"
      "  tensor #1 'w' int8 2x1x1x1 scale=0.25..0.5 zero_point=0 (2 along axis 0) const bytes=2 fnv=082fc907b4e9a889\n"
      "  tensor #2 'b' int32 2 const bytes=8 fnv=4bad0359b8fa3fea\n"
      "  tensor #3 'y' int8 1x2x2x2 scale=0.125 zero_point=0\n"
      "  tensor #4 'z' float32 scalar variable\n"
      "  op #0 CONV_2D (0, 1, 2) -> (3) padding=valid stride=2x3 dilation=1x1 activation=relu6\n"
      "  op #1 CUSTOM(atoll-program) (3, -1) -> (4) options bytes=3 fnv=d0aa6218672cf5ab\n"
      "signature 'serving' subgraph=#0 ('x'=0) -> ('y'=3)\n"
      "metadata 'note' bytes=2 fnv=082f2407b4e8902a\n");
}

TEST_CASE("attributes print with their defaults") {
  const auto text = [](Attributes attrs) {
    Op op;
    op.attrs = std::move(attrs);
    return print_attributes(op);
  };
  CHECK(text(NoAttrs{}).empty());
  CHECK(text(DepthwiseConv2DAttrs{}) == "padding=same stride=1x1 dilation=1x1 multiplier=1 activation=none");
  CHECK(text(FullyConnectedAttrs{}) ==
        "activation=none shuffled_weights=false keep_num_dims=false asymmetric_inputs=false");
  CHECK(text(AddAttrs{}) == "activation=none pot_scale_int16=true");
  CHECK(text(Pool2DAttrs{}) == "padding=same stride=1x1 filter=1x1 activation=none");
  CHECK(text(ReduceAttrs{true}) == "keep_dims=true");
  CHECK(text(ReshapeAttrs{{1, -1}}) == "new_shape=1x-1");
  CHECK(text(SqueezeAttrs{{0, 2}}) == "squeeze_dims=(0, 2)");
  CHECK(text(SoftmaxAttrs{0.1f}) == "beta=0.1");
  CHECK(text(ConcatenationAttrs{-1}) == "axis=-1 activation=none");
  Conv2DAttrs wide;
  wide.quantized_bias_type = DType::kInt32;
  CHECK(text(wide) == "padding=same stride=1x1 dilation=1x1 activation=none bias_type=int32");
}

TEST_CASE("the sample network is valid") {
  const auto status = verify(atl::graph::testing::int8_network());
  if (!status.ok()) FAIL(status.error().text());
}

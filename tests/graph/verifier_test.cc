#include "common/graph/verifier.h"

#include <catch2/catch.hpp>

#include <functional>
#include <limits>

#include "common/graph/open_shapes.h"
#include "tests/graph/sample_model.h"

using namespace atl::graph;
using atl::graph::testing::int8_network;

namespace {

// The whole error text of the sample network after a change, with the exit status in front.
std::string complaint(const std::function<void(Subgraph&)>& change) {
  Model model = int8_network();
  change(model.main());
  const auto status = verify(model);
  return status.ok() ? "valid" : fmt::format("{} {}", status.error().exit_status(), status.error().text());
}

Tensor& named(Subgraph& subgraph, std::string_view name) {
  for (Tensor& tensor : subgraph.tensors) {
    if (tensor.name == name) return tensor;
  }
  throw std::runtime_error("no such tensor");
}

Op& first(Subgraph& subgraph, OpKind kind) {
  for (Op& op : subgraph.ops) {
    if (op.kind == kind) return op;
  }
  throw std::runtime_error("no such operator");
}

}  // namespace

TEST_CASE("structure: shapes and constants") {
  CHECK(complaint([](Subgraph& s) {
          named(s, "deep").shape = {1, -2, 6, 4};
        }) == "4 tensor #8 'deep' has shape 1x-2x6x4; extents must be 0 or more and their product below 2^31");
  CHECK(complaint([](Subgraph& s) {
          named(s, "deep").shape = {65536, 65536};
        }) == "4 tensor #8 'deep' has shape 65536x65536; extents must be 0 or more and their product below 2^31");
  CHECK(complaint([](Subgraph& s) {
          named(s, "deep").shape = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX};
        }) ==
        "4 tensor #8 'deep' has shape 2147483647x2147483647x2147483647x2147483647; extents must be 0 or more and their "
        "product below 2^31");
  CHECK(complaint([](Subgraph& s) {
          named(s, "deep").shape_signature = {-1, 6};
        }) == "4 tensor #8 'deep' has shape 1x6x6x4 but a shape signature of 2 axes");
  CHECK(complaint([](Subgraph& s) { named(s, "deep").shape_signature = {-1, 6, 6, 4}; }) == "valid");
  CHECK(complaint([](Subgraph& s) {
          named(s, "bias").data = make_buffer({1, 2, 3});
        }) == "4 tensor #5 'bias' holds 3 bytes; 4 int32 needs 16");
  CHECK(complaint([](Subgraph& s) { named(s, "bias").is_variable = true; }) ==
        "4 tensor #5 'bias' is a variable and a constant; it can't be both");
  CHECK(complaint([](Subgraph& s) {
          named(s, "image").shape = {1, -1, -1, 2};
        }) ==
        "5 input tensor #0 'image' has shape 1x-1x-1x2, in which -1 is not known; convert the model with a fixed input "
        "shape");
}

TEST_CASE("structure: quantization parameters") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(complaint([&](Subgraph& s) { named(s, "filter").quant.scale[2] = nan; }) ==
        "4 tensor #4 'filter' has scale nan at 2; scales must be finite and above 0");
  CHECK(complaint([&](Subgraph& s) { named(s, "deep").quant.scale[0] = 0; }) ==
        "4 tensor #8 'deep' has scale 0 at 0; scales must be finite and above 0");
  CHECK(complaint([&](Subgraph& s) { named(s, "deep").quant.scale[0] = -1; }) ==
        "4 tensor #8 'deep' has scale -1 at 0; scales must be finite and above 0");
  CHECK(complaint([&](Subgraph& s) { named(s, "deep").quant.zero_point.clear(); }) ==
        "4 tensor #8 'deep' has 1 scales but 0 zero points");
  CHECK(complaint([&](Subgraph& s) { named(s, "deep").quant.zero_point[0] = 128; }) ==
        "4 tensor #8 'deep' has zero point 128, outside int8");
  CHECK(
      complaint([&](Subgraph& s) { named(s, "filter").quant.axis = 1; }) ==
      "4 tensor #4 'filter' has 4 scales along axis 1 of its shape 4x3x3x2; there must be one scale, or as many as the "
      "axis has");
  CHECK(
      complaint([&](Subgraph& s) { named(s, "filter").quant.axis = 9; }) ==
      "4 tensor #4 'filter' has 4 scales along axis 9 of its shape 4x3x3x2; there must be one scale, or as many as the "
      "axis has");
}

TEST_CASE("structure: indices and order") {
  CHECK(complaint([](Subgraph& s) { s.inputs = {99}; }) == "4 the list of inputs names tensor 99 of 19");
  CHECK(complaint([](Subgraph& s) { s.outputs = {-1}; }) == "4 the list of outputs names tensor -1 of 19");
  CHECK(complaint([](Subgraph& s) { s.ops[2].inputs[0] = 1000; }) == "4 CONV_2D #2 'features' names tensor 1000 of 19");
  CHECK(complaint([](Subgraph& s) { s.ops[2].outputs[0] = -5; }) == "4 CONV_2D #2 names tensor -5 of 19");
  CHECK(complaint([](Subgraph& s) { s.ops[2].intermediates = {20}; }) ==
        "4 CONV_2D #2 'features' names tensor 20 of 19");
  CHECK(complaint([](Subgraph& s) { std::swap(s.ops[2], s.ops[3]); }) ==
        "4 DEPTHWISE_CONV_2D #2 'deep' uses tensor #6 'features', which no operator before it computes");
  CHECK(complaint([](Subgraph& s) { s.ops.pop_back(); }) == "4 output tensor #18 'probabilities' is never computed");
  CHECK(complaint([](Subgraph& s) { s.ops[3].outputs = s.ops[2].outputs; }) ==
        "4 DEPTHWISE_CONV_2D #3 'features' computes tensor #6 'features', as CONV_2D #2 'features' does already\n"
        "AVERAGE_POOL_2D #4 'average' uses tensor #8 'deep', which no operator before it computes\n"
        "MAX_POOL_2D #5 'largest' uses tensor #8 'deep', which no operator before it computes");
  CHECK(complaint([](Subgraph& s) { s.inputs.push_back(s.ops[2].outputs[0]); }) ==
        "4 CONV_2D #2 'features' computes tensor #6 'features', which is an input");
  CHECK(complaint([](Subgraph& s) { named(s, "padded").data = make_buffer(std::vector<uint8_t>(128)); }) ==
        "4 PAD #1 'padded' computes tensor #3 'padded', which is a constant");
}

TEST_CASE("structure: signatures, subgraphs and the length of the list") {
  Model model = int8_network();
  model.signatures.push_back({"serve", 2, {}, {}, nullptr});
  CHECK(verify(model).error().text() == "signature 'serve' names subgraph 2 of 1");
  model.signatures[0] = {"serve", 0, {{"x", 20}}, {}, nullptr};
  CHECK(verify(model).error().text() == "signature 'serve' gives 'x' as tensor 20 of 19");
  model.signatures.clear();
  model.subgraphs.push_back(model.main());
  CHECK(verify(model).ok());
  model.subgraphs[1].outputs = {77};
  CHECK(verify(model).error().text() == "subgraph #1: the list of outputs names tensor 77 of 19");
  CHECK(verify(Model{}).error().text() == "the model has no subgraph");

  Model many = int8_network();
  many.main().tensors.resize(64);
  for (Tensor& tensor : many.main().tensors) tensor.shape = {-7};
  many.main().inputs.clear();
  const auto status = verify(many);
  REQUIRE(status.error().messages().size() == 21);
  CHECK(status.error().messages().back() == "and 45 more problems");
}

TEST_CASE("operators: attributes, operands and shapes") {
  CHECK(complaint([](Subgraph& s) { std::get<Conv2DAttrs>(first(s, OpKind::kConv2D).attrs).stride_w = 0; }) ==
        "4 CONV_2D #2 'features': its stride is 1x0; both must be at least 1");
  CHECK(complaint([](Subgraph& s) { std::get<Conv2DAttrs>(first(s, OpKind::kConv2D).attrs).dilation_h = -1; }) ==
        "4 CONV_2D #2 'features': its dilation is -1x1; both must be at least 1");
  CHECK(complaint([](Subgraph& s) {
          std::get<Conv2DAttrs>(first(s, OpKind::kConv2D).attrs).activation = Activation::kTanh;
        }) == "4 CONV_2D #2 'features': its fused activation is tanh; only none, relu, relu_n1_to_1 and relu6 can be");
  CHECK(complaint([](Subgraph& s) {
          std::get<SoftmaxAttrs>(first(s, OpKind::kSoftmax).attrs).beta = std::numeric_limits<float>::infinity();
        }) == "4 SOFTMAX #10 'scores': its beta is inf; it must be a finite number");
  CHECK(complaint([](Subgraph& s) { first(s, OpKind::kConv2D).inputs.clear(); }) ==
        "4 CONV_2D #2 'features': it has 0 inputs; 2 to 3 are needed");
  CHECK(complaint([](Subgraph& s) { first(s, OpKind::kAdd).inputs.push_back(1); }) ==
        "4 ADD #7 'doubled': it has 3 inputs; 2 are needed");
  CHECK(complaint([](Subgraph& s) { first(s, OpKind::kAdd).inputs[1] = kNoTensor; }) ==
        "4 ADD #7 'doubled': its input 1 is left out; it is needed");
  CHECK(complaint([](Subgraph& s) { first(s, OpKind::kSoftmax).inputs.push_back(1); }) ==
        "4 SOFTMAX #10 'scores': it has 2 inputs; 1 is needed");
  CHECK(complaint([](Subgraph& s) { first(s, OpKind::kAdd).outputs.push_back(1); }) ==
        "4 ADD #7 'doubled' computes tensor #1 'quantized', as QUANTIZE #0 'quantized' does already");
  CHECK(complaint([](Subgraph& s) {
          named(s, "features").shape = {1, 6, 5, 4};
        }) ==
        "4 CONV_2D #2 'features': its output has shape 1x6x5x4; its inputs and attributes give 1x6x6x4\n"
        "DEPTHWISE_CONV_2D #3 'deep': its output has shape 1x6x6x4; its inputs and attributes give 1x6x5x4");
  CHECK(
      complaint([](Subgraph& s) { named(s, "filter").type = DType::kUint8; }) ==
      "4 CONV_2D #2 'features': its types are int8, uint8, int32 -> int8; known are float32, float32, float32 -> "
      "float32; float32, int8, float32 -> float32; float32, int4, float32 -> float32; float32, uint8, float32 -> "
      "float32; uint8, uint8, int32 -> uint8; int8, int8, int32 -> int8; int8, int4, int32 -> int8; int16, int8, int32 "
      "-> int16; int16, int8, int64 -> int16");
  CHECK(complaint([](Subgraph& s) {
          named(s, "joined").type = DType::kUint8;
          named(s, "joined").quant.zero_point = {0};
        }) ==
        "4 CONCATENATION #6 'joined': its input is int8 and its output uint8; both must have one type\n"
        "ADD #7 'doubled': its input is uint8 and its output int8; both must have one type");
  CHECK(complaint([](Subgraph& s) { named(s, "probabilities").type = DType::kInt32; }) ==
        "4 DEQUANTIZE #11 'probabilities': its types are int8 -> int32; known are int8 -> float32; uint8 -> float32; "
        "int16 -> float32; float16 -> float32; int4 -> float32; uint4 -> float32; int2 -> float32; float8_e4m3fn -> "
        "float32; float8_e5m2 -> float32");
}

TEST_CASE("operators: quantization of operands") {
  CHECK(complaint([](Subgraph& s) { named(s, "features").quant = {}; }) ==
        "4 CONV_2D #2 'features': its output is int8 without a scale; quantized values need one\n"
        "DEPTHWISE_CONV_2D #3 'deep': its input is int8 without a scale; quantized values need one");
  CHECK(complaint([](Subgraph& s) { named(s, "features").quant = per_channel(std::vector<float>(4, 0.1f), 3); }) ==
        "4 CONV_2D #2 'features': its output has 4 scales; activations have one for the whole tensor\n"
        "DEPTHWISE_CONV_2D #3 'deep': its input has 4 scales; activations have one for the whole tensor");
  CHECK(complaint([](Subgraph& s) { named(s, "filter").quant = {}; }) ==
        "4 CONV_2D #2 'features': its weights are int8 without a scale; quantized values need one");
  CHECK(complaint([](Subgraph& s) {
          named(s, "filter").quant = per_channel({0.1f, 0.2f}, 3);
        }) == "4 CONV_2D #2 'features': its weights have scales along axis 3; output channels are axis 0");
  CHECK(
      complaint([](Subgraph& s) { named(s, "filter").quant = per_tensor(0.1f, 1); }) ==
      "4 CONV_2D #2 'features': its weights are int8 with zero point 1; signed weights are symmetric, so it must be 0");
  CHECK(
      complaint([](Subgraph& s) { named(s, "largest").quant = per_tensor(0.5f, 1); }) ==
      "4 CONCATENATION #6 'joined': its input 1 has scale 0.5 and zero point 1, its output 0.05 and -3; int8 parts are "
      "joined without rescaling, so all must be equal");
  CHECK(complaint([](Subgraph& s) { named(s, "scores").quant = per_tensor(0.5f, 0); }) ==
        "4 SOFTMAX #10 'scores': its int8 output has scale 0.5 and zero point 0; they must be 0.00390625 and -128");
  CHECK(complaint([](Subgraph& s) { named(s, "quantized").quant = {}; }) ==
        "4 QUANTIZE #0 'quantized': its output is int8 without a scale; quantized values need one");
}

TEST_CASE("operators without a row are checked for structure only") {
  CHECK(complaint([](Subgraph& s) {
          Op& op = first(s, OpKind::kConv2D);
          op.kind = OpKind::kUnknown;
          op.attrs = NoAttrs{};
          op.inputs = {3, kNoTensor};
          named(s, "features").quant = per_tensor(1.0f, 0);
        }) == "valid");
  CHECK(complaint([](Subgraph& s) {
          Op& op = first(s, OpKind::kConv2D);
          op.kind = OpKind::kUnknown;
          op.attrs = NoAttrs{};
          op.inputs = {500};
        }) == "4 CONV_2D #2 'features' names tensor 500 of 19");
}

TEST_CASE("shapes that are known only at run time are marked, not refused") {
  Model model = int8_network();
  Subgraph& s = model.main();
  named(s, "flat").shape = {1};
  mark_open_shapes(s);
  CHECK_FALSE(named(s, "flat").open_shape);  // no -1 anywhere: the model is wrong
  CHECK_FALSE(verify(model).ok());

  named(s, "flat").shape_signature = {-1};
  mark_open_shapes(s);
  CHECK(named(s, "flat").open_shape);
  CHECK(s.tensors[static_cast<size_t>(s.ops[9].outputs[0])].open_shape);  // computed from it
  CHECK(has_open_shape(s, s.ops[8]));
  CHECK_FALSE(has_open_shape(s, s.ops[7]));
  CHECK(verify(model).ok());

  Model batch = int8_network();  // a batch of -1 that the stated shapes carry as 1 is no trouble
  for (Tensor& tensor : batch.main().tensors) {
    if (tensor.shape.size() != 4 || tensor.is_constant()) continue;
    tensor.shape_signature = tensor.shape;
    tensor.shape_signature[0] = -1;
  }
  mark_open_shapes(batch.main());
  for (const Op& op : batch.main().ops) CHECK_FALSE(has_open_shape(batch.main(), op));
  CHECK(verify(batch).ok());
}

// The model's inputs and outputs: their types, names, signatures, and what is put between them and the integers.
#include <catch2/catch.hpp>

#include "tests/quantizer/sample_graphs.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

// image -> RELU -> y, with a signature; y is an output twice, and the image one as well.
graph::Model signed_model() {
  GraphBuilder b;
  const int32_t x = b.add_input("image", DType::kFloat32, {1, 4});
  const int32_t y = b.unary(OpKind::kRelu, x, {"y"});
  for (int32_t output : {y, x, y}) b.mark_output(output);
  graph::Model model = b.finish();
  graph::Signature signature;
  signature.key = "serving_default";
  signature.inputs.push_back({std::string("image_input"), x});
  signature.outputs.push_back({std::string("result_output"), y});
  model.signatures.push_back(signature);
  model.metadata.push_back({"note", graph::make_buffer({1, 2, 3})});
  return model;
}

QuantizeResult quantized(DType input, DType output) {
  const graph::Model model = signed_model();
  ArraySamples data = spread_samples(model, 20, -1, 3);
  Options options;
  options.input_type = input;
  options.output_type = output;
  auto result = quantize(model, options, data);
  REQUIRE(result.ok());
  REQUIRE(graph::verify(result->model).ok());
  return std::move(result).value();
}

const graph::Tensor& at(const graph::Model& model, int32_t index) {
  return model.main().tensors[static_cast<size_t>(index)];
}

}  // namespace

TEST_CASE("each type at each edge") {
  for (DType input : {DType::kInt8, DType::kUint8, DType::kFloat32}) {
    for (DType output : {DType::kInt8, DType::kUint8, DType::kFloat32}) {
      const graph::Model model = quantized(input, output).model;
      const graph::Subgraph& main = model.main();
      REQUIRE(main.inputs.size() == 1);
      REQUIRE(main.outputs.size() == 3);
      CHECK(main.outputs[0] == main.outputs[2]);
      CHECK(at(model, main.inputs[0]).type == input);
      CHECK(at(model, main.outputs[0]).type == output);
      CHECK(at(model, main.outputs[1]).type == output);
      CHECK(at(model, main.outputs[0]).name == "y");
      CHECK(model.signatures[0].inputs[0].tensor == main.inputs[0]);
      CHECK(model.signatures[0].outputs[0].tensor == main.outputs[0]);
      CHECK(model.metadata.size() == 1);
      size_t floats = 0;
      for (const graph::Tensor& tensor : main.tensors) floats += tensor.type == DType::kFloat32 ? 1 : 0;
      CHECK(floats == (input == DType::kFloat32 ? 1u : 0u) + (output == DType::kFloat32 ? 2u : 0u));
    }
  }
}

TEST_CASE("operators at the edges") {
  CHECK(op_names(quantized(DType::kInt8, DType::kInt8).model) == "RELU");
  CHECK(op_names(quantized(DType::kUint8, DType::kInt8).model) == "QUANTIZE RELU");
  CHECK(op_names(quantized(DType::kInt8, DType::kUint8).model) == "RELU QUANTIZE QUANTIZE");
  CHECK(op_names(quantized(DType::kFloat32, DType::kFloat32).model) == "QUANTIZE RELU DEQUANTIZE DEQUANTIZE");
}

TEST_CASE("uint8 is int8 moved by 128") {
  const graph::Model model = quantized(DType::kUint8, DType::kUint8).model;
  const graph::Quantization& inner = tensor_named(model, "image_int8").quant;
  const graph::Quantization& outer = tensor_named(model, "image").quant;
  CHECK(inner == graph::per_tensor(4.0f / 255, -64));
  CHECK(outer == graph::per_tensor(4.0f / 255, 64));
}

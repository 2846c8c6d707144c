// Recipes: what is wrong with them, which operators they fit, and models of several precisions.
#include "quantizer/plan/recipe.h"

#include <catch2/catch.hpp>

#include "quantizer/plan/coral.h"
#include "quantizer/plan/near_names.h"
#include "quantizer/weights/weights.h"
#include "tests/quantizer/side_by_side.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

Recipe recipe(const std::string& text) {
  auto result = parse_recipe(text, "r.json");
  if (!result.ok()) FAIL(result.error().text());
  return std::move(result).value();
}

std::vector<std::string> faults(const std::string& text) {
  const auto result = parse_recipe(text, "r.json");
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kInvalid);
  return result.error().messages();
}

// x -> FULLY_CONNECTED block_1/dense -> RELU6 (not fused: read twice) block_1/relu -> FULLY_CONNECTED block_2/dense
//   -> ADD sum with block_1/dense -> SOFTMAX scores
graph::Model blocks() {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const auto dense = [&](int32_t input, const std::string& name) {
    const int32_t w = b.add_constant(name + "/weights", {4, 4}, spread(16, -1, 1));
    const int32_t bias = b.add_constant(name + "/bias", {4}, std::vector<float>{0.5f, -0.25f, 0, 0.125f});
    return b.fully_connected(input, w, bias, {}, {name});
  };
  const int32_t first = dense(x, "block_1/dense");
  const int32_t relu = b.unary(OpKind::kRelu6, first, {"block_1/relu"});
  const int32_t sum = b.add(dense(relu, "block_2/dense"), first, {}, {"sum"});
  b.mark_output(b.softmax(sum, {"scores"}));
  return b.finish();
}

Result<QuantizeResult> with_recipe(const graph::Model& model, const Recipe& rules, Options options = {}) {
  ArraySamples data = spread_samples(model, 20, -1, 1);
  options.recipe = &rules;
  return quantize(model, options, data);
}

QuantizeResult quantized(const graph::Model& model, const std::string& text, Options options = {}) {
  const Recipe rules = recipe(text);
  auto result = with_recipe(model, rules, options);
  if (!result.ok()) FAIL(result.error().text());
  REQUIRE(graph::verify(result->model).ok());
  return std::move(result).value();
}

}  // namespace

TEST_CASE("every fault of a recipe is named in one message") {
  CHECK(faults(R"([{"regexp": ".*", "precision": "int4"},
                   {"operation": "CONV2D", "weight_granularity": "CHANNELWISE"},
                   {"regex": "(", "exclude": false},
                   {"regex": "a"},
                   {"precision": "int8", "exclude": true},
                   7,
                   {"tensor": 5, "precision": "int8", "colour": "blue"}])") ==
        std::vector<std::string>{
            "r.json: rule 1 has a field 'regexp'; is \"regex\" meant?",
            "r.json: rule 1 has the precision 'int4'; it is int8, int16x8, float32, dynamic-range, weight-only or "
            "float16",
            "r.json: rule 1 says nothing of which operators it is for: give \"regex\", \"tensor\" or \"operation\"",
            "r.json: rule 2 has the operation 'CONV2D', which no operator is called; near are CONV_2D, PADV2, COS",
            "r.json: rule 2 has the weight_granularity 'CHANNELWISE'; it is per-channel or per-tensor",
            "r.json: rule 3 has the regex '(', which is no regular expression (Mismatched '(' and ')' in regular "
            "expression)",
            "r.json: rule 3 has the exclude false; it is true, or left out",
            "r.json: rule 4 says nothing of what they get: give \"precision\", \"weight_granularity\" or \"exclude\"",
            "r.json: rule 5 has a precision and excludes; one of the two is left out",
            "r.json: rule 5 says nothing of which operators it is for: give \"regex\", \"tensor\" or \"operation\"",
            "r.json: rule 6 is 7; a rule is an object, {\"regex\": \"...\", \"precision\": \"...\"}",
            "r.json: rule 7 has a field 'colour'; fields are regex, tensor, operation, precision, weight_granularity, "
            "exclude",
            "r.json: rule 7 has the tensor 5; it is a regular expression on names"});
}

TEST_CASE("files that are no recipe at all") {
  const std::string no_list = "r.json: is not a recipe: a list of rules, [{\"regex\": \"...\", ...}, ...]";
  CHECK(faults("") == std::vector<std::string>{"r.json: is not JSON"});
  CHECK(faults("[{]") == std::vector<std::string>{"r.json: is not JSON"});
  CHECK(faults("\xff") == std::vector<std::string>{"r.json: is not JSON"});
  CHECK(faults("[]") == std::vector<std::string>{no_list});
  CHECK(faults("{}") == std::vector<std::string>{no_list});
  CHECK(faults(std::string(2'000'000, ' ')) == std::vector<std::string>{"r.json: has more than 1048576 bytes"});
  CHECK_FALSE(faults(std::string(500'000, '[') + std::string(500'000, ']')).empty());
}

TEST_CASE("regular expressions that would take for ever are refused or take no time") {
  CHECK(faults(R"([{"regex": "((a{30}){30}){30}", "exclude": true}])") ==
        std::vector<std::string>{"r.json: rule 1 has the regex '((a{30}){30}){30}', which is too large"});
  CHECK(faults(R"([{"regex": ")" + std::string(501, 'a') + R"(", "exclude": true}])")[0].ends_with(
      "which has more than 500 characters"));
  CHECK(faults(R"([{"regex": "(a)\\1", "exclude": true}])").size() == 1);
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  b.mark_output(b.unary(OpKind::kRelu, x, {std::string(5000, 'a') + "b"}));
  const graph::Model model = b.finish();
  std::vector<OpChoice> choices(1);
  CHECK_FALSE(apply_recipe(recipe(R"([{"regex": "^(a+)+$", "exclude": true}])"), model.main(), choices).ok());
}

TEST_CASE("names that are near") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("CONV", "conv") == 0);
  CHECK(nearest_names("relu", {"add", "Relu6", "conv", "Relu6", "prelu"}, 2) ==
        std::vector<std::string>{"Relu6", "prelu"});
}

TEST_CASE("rules that fit nothing are named, with what comes near") {
  const graph::Model model = blocks();
  const auto result = with_recipe(model, recipe(R"([{"regex": "blok_1/relu", "exclude": true},
                                                    {"operation": "CONV_2D", "exclude": true},
                                                    {"tensor": "block_2/wights", "exclude": true},
                                                    {"regex": "block", "operation": "SOFTMAX", "exclude": true},
                                                    {"regex": "sum", "exclude": true}])"));
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code() == ErrorCode::kInvalid);
  const std::string none = " fits no operator that computes in float32; ";
  CHECK(result.error().messages() ==
        std::vector<std::string>{
            "r.json: rule 1" + none +
                "outputs with names near 'blok_1/relu': 'block_1/relu', 'block_1/dense', 'block_2/dense'",
            "r.json: rule 2" + none + "kinds there are: ADD, SOFTMAX, RELU6, FULLY_CONNECTED",
            "r.json: rule 3" + none +
                "tensors with names near 'block_2/wights': 'block_2/dense', 'block_1/dense', 'block_1/relu'",
            "r.json: rule 4" + none + "outputs with names near 'block': 'scores'"});
}

TEST_CASE("mixed int8 and int16 activations") {
  const graph::Model model = blocks();
  const QuantizeResult result = quantized(
      model, R"([{"regex": "^block_2/", "precision": "int16x8"}, {"regex": "^sum$", "precision": "int16x8"}])");
  CHECK(op_names(result.model) == "FULLY_CONNECTED RELU6 QUANTIZE FULLY_CONNECTED QUANTIZE ADD QUANTIZE SOFTMAX");
  CHECK(tensor_named(result.model, "block_1/dense").type == DType::kInt8);
  CHECK(tensor_named(result.model, "block_1/dense_int16").type == DType::kInt16);
  CHECK(tensor_named(result.model, "block_2/dense").type == DType::kInt16);
  CHECK(tensor_named(result.model, "block_2/dense/bias").type == DType::kInt64);
  CHECK(tensor_named(result.model, "block_1/dense/bias").type == DType::kInt32);
  CHECK(tensor_named(result.model, "sum_int8").type == DType::kInt8);
  CHECK(result.in_float.empty());
  CHECK(largest_difference(model, result.model, -1, 1) < 0.02);
}

TEST_CASE("edges of either type beside operators of either") {
  const graph::Model model = blocks();
  const std::string wide = R"([{"regex": ".*", "precision": "int16x8"}])";
  for (const DType edges : {DType::kInt8, DType::kUint8, DType::kInt16, DType::kFloat32}) {
    Options options;
    options.input_type = options.output_type = edges;
    const QuantizeResult result = quantized(model, wide, options);
    const graph::Subgraph& main = result.model.main();
    CHECK(main.tensors[static_cast<size_t>(main.inputs[0])].type == edges);
    CHECK(main.tensors[static_cast<size_t>(main.inputs[0])].name == "x");
    CHECK(main.tensors[static_cast<size_t>(main.outputs[0])].type == edges);
    CHECK(main.tensors[static_cast<size_t>(main.outputs[0])].name == "scores");
    CHECK(largest_difference(model, result.model, -1, 1) < 0.02);
  }
}

TEST_CASE("later rules win, and exclusion is float32") {
  const graph::Model model = blocks();
  const QuantizeResult result = quantized(model, R"([{"operation": "FULLY_CONNECTED", "exclude": true},
                                                     {"regex": "block_1", "precision": "int8"}])");
  CHECK(op_names(result.model) == "FULLY_CONNECTED RELU6 DEQUANTIZE FULLY_CONNECTED QUANTIZE ADD SOFTMAX");
  REQUIRE(result.in_float.size() == 1);
  CHECK(result.in_float[0].rule == 1);
  CHECK(result.in_float[0].reason == "is given float32 by rule 1");
  CHECK(std::none_of(result.warnings.begin(), result.warnings.end(),
                     [](const std::string& warning) { return warning.find("float32") != std::string::npos; }));
}

TEST_CASE("one scale for the weights of some operators") {
  const graph::Model model = blocks();
  const QuantizeResult result =
      quantized(model, R"([{"tensor": "block_2/.*/weights", "weight_granularity": "per-tensor"}])");
  CHECK(tensor_named(result.model, "block_1/dense/weights").quant.scale.size() == 4);
  CHECK(tensor_named(result.model, "block_2/dense/weights").quant.scale.size() == 1);
  CHECK(tensor_named(result.model, "block_2/dense/bias").quant.scale.size() == 1);
  Options dense;
  dense.one_scale_for_dense = true;
  const QuantizeResult other =
      quantized(model, R"([{"regex": "block_2", "weight_granularity": "per-channel"}])", dense);
  CHECK(tensor_named(other.model, "block_1/dense/weights").quant.scale.size() == 1);
  CHECK(tensor_named(other.model, "block_2/dense/weights").quant.scale.size() == 4);
}

TEST_CASE("weights of operators that stay in float32") {
  const graph::Model model = blocks();
  Options options;
  options.min_elements = 16;
  const auto names = [&](const std::string& precision) {
    const QuantizeResult result =
        quantized(model, R"([{"regex": "block_2/dense", "precision": ")" + precision + R"("}])", options);
    CHECK(largest_difference(model, result.model, -1, 1) < 0.02);
    CHECK(result.weights.size() >= 1);
    CHECK(tensor_named(result.model, "block_2/dense/weights").type ==
          (precision == "float16" ? DType::kFloat16 : DType::kInt8));
    CHECK(tensor_named(result.model, "block_1/dense/weights").type == DType::kInt8);
    return op_names(result.model);
  };
  const std::string chain = "FULLY_CONNECTED RELU6 DEQUANTIZE FULLY_CONNECTED QUANTIZE ADD SOFTMAX";
  CHECK(names("dynamic-range") == chain);
  CHECK(names("weight-only") == "DEQUANTIZE " + chain);
  CHECK(names("float16") == "DEQUANTIZE DEQUANTIZE " + chain);
}

TEST_CASE("a recipe for weights alone") {
  const graph::Model model = blocks();
  const Recipe rules = recipe(R"([{"regex": "block_1", "exclude": true}])");
  const auto choices = choose(model, {Precision::kDynamicRange, false, &rules});
  REQUIRE(choices.ok());
  CHECK_FALSE(wants_integers(*choices));
  WeightOptions options;
  options.min_elements = 16;
  options.choices = *choices;
  const auto result = quantize_weights(model, options);
  REQUIRE(result.ok());
  CHECK(tensor_named(result->model, "block_1/dense/weights").type == DType::kFloat32);
  CHECK(tensor_named(result->model, "block_2/dense/weights").type == DType::kInt8);
}

TEST_CASE("operators that are joined get the widest form among them") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t w = b.add_constant("w", {4, 4}, spread(16, -1, 1));
  const int32_t layer = b.fully_connected(x, w, graph::kNoTensor, {}, {"layer"});
  b.mark_output(b.unary(OpKind::kRelu, layer, {"relu"}));
  const graph::Model model = b.finish();
  CHECK(op_names(quantized(model, R"([{"regex": "layer", "precision": "int16x8"}])").model) ==
        "QUANTIZE FULLY_CONNECTED QUANTIZE");
  const QuantizeResult result = quantized(model, R"([{"regex": "relu", "exclude": true}])");
  CHECK(op_names(result.model) == "DEQUANTIZE FULLY_CONNECTED QUANTIZE");
  CHECK(result.in_float.size() == 1);
}

TEST_CASE("what a recipe asks for in integers and can't have is refused, or stays in float32") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 4});
  const int32_t swish = b.add_op(OpKind::kHardSwish, graph::NoAttrs{}, {x}, {"swish"});
  b.mark_output(b.unary(OpKind::kRelu, swish, {"y"}));
  const graph::Model model = b.finish();
  const Recipe rules = recipe(R"([{"operation": "HARD_SWISH", "precision": "int16x8"}])");
  const auto refused = with_recipe(model, rules);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code() == ErrorCode::kUnsupported);
  CHECK(refused.error().text().starts_with("HARD_SWISH #0 'swish' can't be quantized to int16x8: it has an int8 form"));
  Options options;
  options.float_fallback = true;
  const auto kept = with_recipe(model, rules, options);
  REQUIRE(kept.ok());
  CHECK(op_names(kept->model) == "DEQUANTIZE HARD_SWISH QUANTIZE RELU");
  // The other way round, int8 is what keeps it integer in a model of int16.
  options = {};
  options.scheme = Scheme::kInt16x8;
  CHECK(op_names(quantized(model, R"([{"operation": "HARD_SWISH", "precision": "int8"}])", options).model) ==
        "QUANTIZE HARD_SWISH QUANTIZE RELU");
}

TEST_CASE("what an Edge TPU doesn't take") {
  const graph::Model model = blocks();
  CHECK(coral_warnings(quantized(model, R"([{"regex": ".*", "weight_granularity": "per-tensor"}])").model).empty());
  Options options;
  options.output_type = DType::kFloat32;
  const QuantizeResult mixed = quantized(model, R"([{"regex": "sum", "precision": "int16x8"}])", options);
  CHECK(coral_warnings(mixed.model) ==
        std::vector<std::string>{
            "--target coral: 3 operators of the quantized model run on the host, not being among those that the Edge "
            "TPU takes in 8 bits: QUANTIZE #3 'block_2/dense_int16', QUANTIZE #4 'block_1/dense_int16', ADD #5 'sum'; "
            "its compiler leaves what follows to the host as well",
            "--target coral: inputs and outputs of float32 are converted on the host; those of --io int8 or uint8 go "
            "to the device as they are"});
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {2, 3, 3, 4});
  b.mark_output(b.unary(OpKind::kAbs, x, {"y"}));
  const graph::Model batch = b.finish();
  CHECK(
      coral_warnings(quantized(batch, R"([{"regex": ".*", "weight_granularity": "per-tensor"}])").model) ==
      std::vector<std::string>{
          "--target coral: 1 operator of the quantized model runs on the host, not being among those that the Edge "
          "TPU takes in 8 bits: ABS #0 'y'; its compiler leaves what follows to the host as well",
          "--target coral: the Edge TPU takes tensors of at most three axes, further ones of extent 1; this model has "
          "tensor #1 'y' 2x3x3x4"});
}

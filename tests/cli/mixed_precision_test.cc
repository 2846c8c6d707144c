// atoll quantize: float islands, recipes and targets.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/graph/builder.h"
#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using nlohmann::json;
using test::Outcome;
using test::Workspace;

namespace {

// 'x' 1x64 -> FULLY_CONNECTED 'first' 1x16 -> `middle` 'wave' -> FULLY_CONNECTED 'second' 1x4 -> SOFTMAX 'y'.
graph::Model layers(graph::OpKind middle) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", graph::DType::kFloat32, {1, 64});
  const auto dense = [&](int32_t input, const std::string& name, int32_t outputs) {
    const int32_t inputs = b.tensor(input).shape[1];
    std::vector<float> weights;
    for (int32_t i = 0; i < inputs * outputs; ++i) weights.push_back(static_cast<float>(i * 7 % 31 - 15) / 32);
    const int32_t w = b.add_constant(name + "/weights", {outputs, inputs}, weights);
    const int32_t bias =
        b.add_constant(name + "/bias", {outputs}, std::vector<float>(static_cast<size_t>(outputs), 0.125f));
    return b.fully_connected(input, w, bias, {}, {name});
  };
  const int32_t wave = b.add_op(middle, graph::default_attributes(middle), {dense(x, "first", 16)}, {"wave"});
  b.mark_output(b.softmax(dense(wave, "second", 4), {"y"}));
  return b.finish();
}

void prepare(const Workspace& workspace, graph::OpKind middle) {
  workspace.write("f.tflite", layers(middle));
  std::vector<float> samples;
  for (int i = 0; i < 20 * 64; ++i) samples.push_back(static_cast<float>(i * 37 % 101 - 50) / 25);
  workspace.write("rep.npz", arrays::NamedArrays{{"x", test::float_array({20, 1, 64}, samples)}});
}

Outcome quantize(const Workspace& workspace, const std::vector<std::string>& flags) {
  std::vector<std::string> arguments{"quantize", "f.tflite", "-o", "q.tflite", "--data", "rep.npz"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return workspace.run(arguments);
}

// The reference runtime agrees with our kernels on every tensor, where it is installed.
void check_live(const Workspace& workspace) {
  if (std::getenv("ATOLL_REFERENCE_PYTHON") == nullptr) {
    WARN("skipped: ATOLL_REFERENCE_PYTHON, the reference runtime's Python, is not set");
    return;
  }
  const Outcome outcome = workspace.run({"verify", "q.tflite", "--live", "--seed", "0", "--count", "5"});
  INFO(outcome);
  CHECK(outcome.status == 0);
}

}  // namespace

TEST_CASE("an operator that can't be quantized stays in float32 if that is allowed") {
  const Workspace workspace;
  prepare(workspace, graph::OpKind::kSin);
  const Outcome refused = quantize(workspace, {});
  CHECK(refused.status == 5);
  CHECK(refused.err.find("keep it in float32 (--float-fallback)") != std::string::npos);
  CHECK(!workspace.has("q.tflite"));
  for (const std::string mode : {"int8", "int16x8"}) {
    const Outcome outcome = quantize(workspace, {"--float-fallback", "--mode", mode, "--json"});
    INFO(outcome);
    REQUIRE(outcome.status == 0);
    CHECK(outcome.err ==
          "atoll: warning: SIN #1 'wave' stays in float32: it has no integer form that the quantizer makes\n");
    CHECK(json::parse(outcome.out)["float_operators"] ==
          json::parse(R"([{"subgraph": 0, "index": 1, "label": "SIN #1 'wave'",
                           "reason": "has no integer form that the quantizer makes", "rule": null}])"));
    check_live(workspace);
  }
}

TEST_CASE("int8 and int16 activations in one model") {
  const Workspace workspace;
  prepare(workspace, graph::OpKind::kAbs);
  workspace.write("r.json", std::string(R"([{"regex": "^(wave|second)$", "precision": "int16x8"}])"));
  const Outcome outcome = quantize(workspace, {"--recipe", "r.json"});
  INFO(outcome);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  const json ops = json::parse(workspace.run({"inspect", "q.tflite", "--json"}).out)["subgraphs"][0]["ops"];
  CHECK(ops.size() == 6);  // a QUANTIZE to int16 and one back
  check_live(workspace);
  CHECK(workspace.run({"verify", "q.tflite", "--machine", "tiny", "--seed", "0", "--count", "3"}).status == 0);
}

TEST_CASE("weights of float operators by recipe, and recipes for weights alone") {
  const Workspace workspace;
  prepare(workspace, graph::OpKind::kSin);
  workspace.write("r.json", std::string(R"([{"operation": "SIN", "exclude": true},
                                            {"regex": "first", "precision": "dynamic-range"}])"));
  const Outcome mixed = quantize(workspace, {"--recipe", "r.json", "--min-elements", "16", "--json"});
  INFO(mixed);
  REQUIRE(mixed.status == 0);
  CHECK(json::parse(mixed.out)["float_operators"].size() == 2);
  CHECK(json::parse(mixed.out)["weights"][0]["tensor"] == "first/weights");
  check_live(workspace);
  workspace.write("w.json", std::string(R"([{"regex": "first", "exclude": true}])"));
  const Outcome alone = workspace.run({"quantize", "f.tflite", "-o", "w.tflite", "--mode", "dynamic-range",
                                       "--min-elements", "16", "--recipe", "w.json", "--json"});
  INFO(alone);
  REQUIRE(alone.status == 0);
  CHECK(json::parse(alone.out)["weights"].size() == 1);
  CHECK(json::parse(alone.out)["weights"][0]["tensor"] == "second/weights");
}

TEST_CASE("recipes that are wrong write nothing") {
  const Workspace workspace;
  prepare(workspace, graph::OpKind::kAbs);
  workspace.write("r.json", std::string(R"([{"regex": "wawe", "precision": "int16x8"}])"));
  CHECK(quantize(workspace, {"--recipe", "r.json"}) ==
        Outcome{4, "",
                "atoll: error: r.json: rule 1 fits no operator that computes in float32; outputs with names near "
                "'wawe': 'wave', 'y', 'first'\n"});
  workspace.write("r.json", std::string(R"([{"regex": "wave", "precision": "int4"}])"));
  CHECK(quantize(workspace, {"--recipe", "r.json"}) ==
        Outcome{4, "",
                "atoll: error: r.json: rule 1 has the precision 'int4'; it is int8, int16x8, float32, dynamic-range, "
                "weight-only or float16\n"});
  CHECK(quantize(workspace, {"--recipe", "no.json"}) ==
        Outcome{3, "", "atoll: error: no.json: can't open: No such file or directory\n"});
  workspace.write("r.json", std::string(R"([{"regex": "wave", "precision": "int8"}])"));
  CHECK(workspace.run({"quantize", "f.tflite", "-o", "q.tflite", "--mode", "float16", "--recipe", "r.json"}) ==
        Outcome{2, "",
                "atoll: error: r.json: gives operators integers, which needs --mode int8 or int16x8; begin it with a "
                "rule for everything else, {\"regex\": \".*\", \"precision\": \"float16\"}\n"});
  workspace.write("r.json", std::string(R"([{"regex": ".*", "exclude": true}])"));
  CHECK(quantize(workspace, {"--recipe", "r.json"}).status == 2);  // --data is for activations
  CHECK(workspace.run({"quantize", "f.tflite", "-o", "q.tflite", "--recipe", "r.json"}) ==
        Outcome{5, "", "atoll: error: r.json: leaves every operator in float32, so there is nothing to quantize\n"});
  CHECK(!workspace.has("q.tflite"));
}

TEST_CASE("a model for a Coral device") {
  const Workspace workspace;
  prepare(workspace, graph::OpKind::kAbs);
  const Outcome outcome = quantize(workspace, {"--target", "coral", "--json"});
  INFO(outcome);
  REQUIRE(outcome.status == 0);
  CHECK(
      outcome.err ==
      "atoll: warning: --target coral: 1 operator of the quantized model runs on the host, not being among those that "
      "the Edge TPU takes in 8 bits: ABS #1 'wave'; its compiler leaves what follows to the host as well\n");
  for (const json& tensor : json::parse(outcome.out)["tensors"]) {
    if (tensor["name"] == "first/weights") CHECK(tensor["scale"].size() == 1);
  }
}

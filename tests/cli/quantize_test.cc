// atoll quantize: a float model to an integer one, and what stands in the way.
#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using nlohmann::json;
using test::Outcome;
using test::Workspace;

namespace {

// f.tflite and twenty samples for it in rep.npz.
void prepare(const Workspace& workspace) {
  workspace.write("f.tflite", test::float_model());
  workspace.write("rep.npz", arrays::NamedArrays{{"x", test::float_array({20, 1, 4}, test::float_samples())}});
}

}  // namespace

TEST_CASE("quantized, the model runs, compiles and verifies") {
  const Workspace workspace;
  prepare(workspace);
  for (const std::string io : {"int8", "uint8", "float32"}) {
    INFO(io);
    const Outcome outcome =
        workspace.run({"quantize", "f.tflite", "-o", "q.tflite", "--data", "rep.npz", "--io", io, "--json"});
    INFO(outcome);
    REQUIRE(outcome.status == 0);
    const json report = json::parse(outcome.out);
    CHECK(report["input_type"] == io);
    CHECK(report["samples"] == 20);
    const json model = json::parse(workspace.run({"inspect", "q.tflite", "--json"}).out)["subgraphs"][0];
    CHECK(model["inputs"][0]["type"] == io);
    CHECK(model["outputs"][0]["type"] == io);
    CHECK(workspace.run({"verify", "q.tflite", "--machine", "tiny", "--seed", "0", "--count", "5"}).status == 0);
  }
}

TEST_CASE("the same command makes the same model") {
  const Workspace workspace;
  prepare(workspace);
  REQUIRE(workspace.run({"quantize", "f.tflite", "-o", "a.tflite", "--data", "rep.npz"}).status == 0);
  REQUIRE(workspace.run({"quantize", "f.tflite", "-o", "b.tflite", "--data", "rep.npz"}).status == 0);
  CHECK(workspace.read("a.tflite") == workspace.read("b.tflite"));
}

TEST_CASE("an operator that can't be quantized comes before missing data and output") {
  const Workspace workspace;
  workspace.write("where.tflite", test::model_with_builtin_where());
  const Outcome expected{
      5, "",
      "atoll: error: where.tflite: WHERE #1 'wave' can't be quantized to int8: it is not an operator that "
      "Atoll knows; replace it in the float model with operators that have an integer form "
      "(docs/quantization.md lists them), or quantize its weights alone (--mode dynamic-range)\n"};
  CHECK(workspace.run({"quantize", "where.tflite"}) == expected);
  CHECK(workspace.run({"quantize", "where.tflite", "-o", "q.tflite"}) == expected);
  CHECK(!workspace.has("q.tflite"));
}

TEST_CASE("missing data, missing output, and an output that can't be written") {
  const Workspace workspace;
  prepare(workspace);
  CHECK(workspace.run({"quantize", "f.tflite", "--data", "rep.npz"}) ==
        Outcome{2, "", "atoll: error: -o is missing: where to write the quantized model\n"});
  CHECK(workspace.run({"quantize", "f.tflite", "-o", "q.tflite"}) ==
        Outcome{2, "",
                "atoll: error: there is no representative data, which the ranges of activations are learnt from: give "
                "typical inputs with --data, a hundred or so\n"});
  CHECK(workspace.run({"quantize", "f.tflite", "-o", "no/q.tflite", "--data", "rep.npz"}) ==
        Outcome{3, "", "atoll: error: no/q.tflite: can't write: No such file or directory\n"});
  CHECK(workspace.files() == std::vector<std::string>{"f.tflite", "rep.npz"});
}

TEST_CASE("representative data of the wrong shape, with a NaN, or none") {
  const Workspace workspace;
  prepare(workspace);
  const auto quantize = [&](const arrays::Array& array) {
    workspace.write("bad.npz", arrays::NamedArrays{{"x", array}});
    return workspace.run({"quantize", "f.tflite", "-o", "q.tflite", "--data", "bad.npz"});
  };
  std::vector<float> values(40, 1.0f);
  CHECK(
      quantize(test::float_array({8, 1, 5}, values)) ==
      Outcome{4, "",
              "atoll: error: representative data: input 0 'x': the array has shape 8x1x5, and the model takes 1x4, or "
              "one more axis in front for many invocations\n"});
  values[22] = std::numeric_limits<float>::quiet_NaN();
  CHECK(quantize(test::float_array({10, 1, 4}, values)) ==
        Outcome{4, "", "atoll: error: representative data: input 0 'x': in sample 5 of it element 2 is NaN\n"});
  CHECK(quantize(test::float_array({0, 1, 4}, {})) ==
        Outcome{4, "", "atoll: error: representative data: input 0 'x': the array is empty\n"});
  CHECK(workspace.run({"quantize", "f.tflite", "-o", "q.tflite", "--data", "no.npz"}) ==
        Outcome{3, "", "atoll: error: no.npz: can't open: No such file or directory\n"});
  CHECK(!workspace.has("q.tflite"));
}

TEST_CASE("a model of int16 activations") {
  const Workspace workspace;
  prepare(workspace);
  for (const std::string edges : {"int16", "float32"}) {
    const Outcome outcome = workspace.run(
        {"quantize", "f.tflite", "-o", "q.tflite", "--data", "rep.npz", "--mode", "int16x8", "--io", edges, "--json"});
    INFO(outcome);
    REQUIRE(outcome.status == 0);
    const json result = json::parse(outcome.out);
    CHECK(result["mode"] == "int16x8");
    CHECK(result["input_type"] == edges);
    CHECK(workspace.run({"run", "q.tflite", "--seed", "1"}).status == 0);
  }
}

TEST_CASE("modes and options that are not built are refused") {
  const Workspace workspace;
  prepare(workspace);
  const auto refused = [&](const std::vector<std::string>& flags, const std::string& message) {
    std::vector<std::string> arguments{"quantize", "f.tflite", "-o", "q.tflite", "--data", "rep.npz"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    CHECK(workspace.run(arguments) == Outcome{2, "", "atoll: error: " + message + "\n"});
    CHECK(!workspace.has("q.tflite"));
  };
  refused({"--mode", "int16x8", "--io", "uint8"}, "input type uint8: an int16x8 model can have int16 or float32");
  refused({"--mode", "int16x8", "--target", "coral"}, "--target coral is for --mode int8; the Edge TPU has no int16x8");
  refused({"--target", "moon"}, "--target: moon not in {coral}; see 'atoll quantize --help'");
  refused({"--io", "int8", "--input-type", "uint8"}, "--io excludes --input-type; see 'atoll quantize --help'");
}

TEST_CASE("modes that quantize weights alone need no data and no range") {
  const Workspace workspace;
  workspace.write("m.tflite", test::float_model());
  for (const std::string mode : {"dynamic-range", "weight-only", "float16"}) {
    const Outcome outcome =
        workspace.run({"quantize", "m.tflite", "-o", "q.tflite", "--mode", mode, "--json", "--show-tensors"});
    INFO(outcome);
    REQUIRE(outcome.status == 0);
    const json result = json::parse(outcome.out);
    CHECK(result["mode"] == mode);
    // The 16 weights are few: float16 has no least size.
    CHECK(result["weights"][0]["quantized"] == (mode == "float16"));
    CHECK(workspace.run({"run", "q.tflite", "--seed", "1"}).status == 0);
  }
  CHECK(workspace
            .run({"quantize", "m.tflite", "--post_training_quantize", "--output_file", "old.tflite", "--min-elements",
                  "1"})
            .status == 0);
  CHECK(workspace.run({"run", "old.tflite", "--seed", "1"}).status == 0);
  CHECK(workspace.run({"quantize", "m.tflite", "--mode", "weight-only"}) ==
        Outcome{2, "", "atoll: error: -o is missing: where to write the quantized model\n"});
  CHECK(workspace.run({"quantize", "m.tflite", "-o", "q.tflite", "--min-elements", "5"}) ==
        Outcome{2, "", "atoll: error: --min-elements is for --mode dynamic-range and weight-only\n"});
  CHECK(
      workspace.run({"quantize", "m.tflite", "-o", "q.tflite", "--mode", "float16", "--data", "d.npz"}) ==
      Outcome{2, "",
              "atoll: error: --data is for modes that quantize activations; --mode float16 quantizes weights alone\n"});
}

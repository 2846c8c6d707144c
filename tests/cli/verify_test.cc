// atoll verify: equal, different, and against whom.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using nlohmann::json;
using test::Outcome;
using test::Workspace;

namespace {

const std::string kOwn = "oracle: Atoll's reference operators\n";

// m.tflite, and every tensor of a run of it in ref.npz.
void prepare(const Workspace& workspace) {
  workspace.write("m.tflite", test::int8_classifier());
  workspace.write("in.npz", arrays::NamedArrays{{"0", test::int8_array({2, 1, 8, 8, 2}, 33)}});
  REQUIRE(workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "ref.npz", "--all-tensors"}).status == 0);
}

}  // namespace

TEST_CASE("simulator and reference operators are equal on every machine") {
  const Workspace workspace;
  prepare(workspace);
  for (const std::string machine : {"edge", "mcu", "tiny"}) {
    for (const std::string fidelity : {"fast", "cycle"}) {
      const Outcome outcome = workspace.run({"verify", "m.tflite", "--machine", machine, "--seed", "4", "--count", "2",
                                             "--patterns", "uniform,extremes", "--fidelity", fidelity});
      INFO(outcome);
      CHECK(outcome.status == 0);
      CHECK(outcome.out.starts_with("m.tflite on " + machine + ", 5 invocations\n"));
      CHECK(outcome.out.ends_with(", all equal\n" + kOwn));
      CHECK(outcome.err == "");
    }
  }
}

TEST_CASE("operators one by one, in their corners") {
  const Workspace workspace;
  prepare(workspace);
  const Outcome outcome = workspace.run({"verify", "m.tflite", "--patterns", "ties,saturation", "--machine", "tiny"});
  INFO(outcome);
  CHECK(outcome.status == 0);
  // RESHAPE's shape and the weights are constants: all four operators have one quantized input.
  CHECK(outcome.out.starts_with("operators one by one: 4 operators, "));
  CHECK(outcome.out.ends_with(" elements, all equal\n" + kOwn));
  CHECK(
      workspace.run({"verify", "m.tflite", "--patterns", "ties", "--reference", "ref.npz"}) ==
      Outcome{2, "",
              "atoll: error: --reference and --export-vectors are about whole invocations: give --input, or a pattern "
              "that makes some (uniform, extremes)\n"});
}

TEST_CASE("golden vectors of every operator") {
  const Workspace workspace;
  prepare(workspace);
  const Outcome outcome = workspace.run({"verify", "m.tflite", "--input", "in.npz", "--export-vectors", "vectors"});
  INFO(outcome);
  REQUIRE(outcome.status == 0);
  const arrays::NamedArrays arrays = workspace.read_arrays("vectors/op_0000_CONV_2D/vectors.npz");
  std::vector<std::string> names;
  for (const auto& [name, array] : arrays) names.push_back(name);
  CHECK(names == std::vector<std::string>{"in_0_0", "param_1", "param_2", "out_0_0", "in_1_0", "out_1_0"});
  CHECK(workspace.read_text("vectors/op_0000_CONV_2D/in_0_0.hex").starts_with("21\n21\n"));  // 33
  const std::string bias = workspace.read_text("vectors/op_0000_CONV_2D/param_2.hex");
  CHECK(bias.size() == 6 * 9);  // int32
  const json op = json::parse(workspace.read_text("vectors/op_0003_FULLY_CONNECTED/op.json"));
  CHECK(op["kind"] == "FULLY_CONNECTED");
  CHECK(op["operands"][0]["array"] == "in_<invocation>_0");
  CHECK(op["operands"][0]["zero_point"] == json::array({-128}));
}

TEST_CASE("stored tensors of a reference that agree") {
  const Workspace workspace;
  prepare(workspace);
  const Outcome outcome = workspace.run({"verify", "m.tflite", "--input", "in.npz", "--reference", "ref.npz"});
  INFO(outcome);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.ends_with(
      "oracle: outputs of the reference runtime stored in ref.npz, and Atoll's reference operators\n"));
}

TEST_CASE("the first tensor that differs from a reference is named") {
  const Workspace workspace;
  prepare(workspace);
  arrays::NamedArrays tensors = workspace.read_arrays("ref.npz");
  for (auto& [name, array] : tensors) {
    // Elements of the second invocation: 64 values of `pooled` (4 x 4 x 6) from place [0, 1, 2, 3] on, and an output.
    if (name == "pooled") array.bytes[96 + 39] ^= 0x10;
    if (name == "scores") array.bytes[4] ^= 1;
  }
  workspace.write("ref.npz", tensors);
  const Outcome outcome = workspace.run({"verify", "m.tflite", "--input", "in.npz", "--reference", "ref.npz"});
  CHECK(outcome.status == 7);
  CHECK(outcome.out.ends_with(
      "oracle: outputs of the reference runtime stored in ref.npz, and Atoll's reference operators\n"));
  const auto value = static_cast<int8_t>(workspace.read_arrays("ref.npz")[2].second.bytes[96 + 39]);
  CHECK(outcome.err ==
        fmt::format(
            "atoll: error: MAX_POOL_2D #1 'pooled', tensor #4 'pooled' int8 1x4x4x6, invocation 1: reference "
            "operators against the reference runtime: 1 of 96 elements differ, the first at [0, 1, 2, 3] (element "
            "39): expected {}, got {}; the largest difference is 16\n"
            "atoll: error: differs from the oracle: outputs of the reference runtime stored in ref.npz, and "
            "Atoll's reference operators\n",
            value, static_cast<int8_t>(value ^ 0x10)));
  const Outcome as_json =
      workspace.run({"verify", "m.tflite", "--input", "in.npz", "--reference", "ref.npz", "--json"});
  CHECK(as_json.status == 7);
  const json result = json::parse(as_json.out);
  CHECK(result["equal"] == false);
  CHECK(result["simulator"]["equal"] == true);
  CHECK(result["reference"]["equal"] == false);
  CHECK(result["differences"].size() == 1);
}

TEST_CASE("programs round FULLY_CONNECTED in its older way too") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  CHECK(workspace.run({"verify", "m.tflite", "--count", "20", "--seed", "0", "--fc-requant", "fixed"}).status == 0);
}

TEST_CASE("references that don't go with the model") {
  const Workspace workspace;
  prepare(workspace);
  const auto verify = [&](const arrays::NamedArrays& arrays) {
    workspace.write("bad.npz", arrays);
    return workspace.run({"verify", "m.tflite", "--input", "in.npz", "--reference", "bad.npz"});
  };
  CHECK(verify({{"scores", test::int8_array({2, 1, 5}, 0)}}) ==
        Outcome{4, "",
                "atoll: error: bad.npz: array 'scores' has shape 2x1x5, but 2 invocations of its tensor need 2x1x4\n"});
  CHECK(verify({{"scores", test::float_array({2, 1, 4}, {0, 0, 0, 0, 0, 0, 0, 0})}}) ==
        Outcome{4, "", "atoll: error: bad.npz: array 'scores' is float32, but its tensor int8\n"});
  CHECK(verify({{"other", test::int8_array({2, 1, 4}, 0)}}) ==
        Outcome{4, "",
                "atoll: error: bad.npz: array 'other' names no tensor of the model\n"
                "atoll: error: bad.npz: there is no array of a tensor to compare with\n"});
}

TEST_CASE("a compiled model has no original to compare with") {
  const Workspace workspace;
  prepare(workspace);
  REQUIRE(workspace.run({"compile", "m.tflite", "-o", "c.tflite"}).status == 0);
  CHECK(
      workspace.run({"verify", "c.tflite"}) ==
      Outcome{5, "",
              "atoll: error: c.tflite: this is a compiled model; verify needs the model that it was compiled from\n"});
}

TEST_CASE("verify --live without the reference runtime says what is missing") {
  const Workspace workspace;
  prepare(workspace);
  CHECK(workspace.run({"verify", "m.tflite", "--seed", "0", "--live"}, {{"ATOLL_REFERENCE_PYTHON", "./no-python"}}) ==
        Outcome{5, "",
                "atoll: error: --live can't start ./no-python: No such file or directory; name a Python with "
                "ai-edge-litert in ATOLL_REFERENCE_PYTHON\n"});
  workspace.write("broken-python", std::string("#!/bin/sh\necho something >&2\necho no runtime here >&2\nexit 5\n"));
  REQUIRE(std::system(("chmod +x " + workspace.path("broken-python")).c_str()) == 0);
  CHECK(
      workspace.run({"verify", "m.tflite", "--seed", "0", "--live"}, {{"ATOLL_REFERENCE_PYTHON", "./broken-python"}}) ==
      Outcome{5, "", "atoll: error: --live: no runtime here\n"});
}

TEST_CASE("verify --live compares with the reference runtime itself") {
  const char* python = std::getenv("ATOLL_REFERENCE_PYTHON");
  if (python == nullptr) {
    WARN("skipped: ATOLL_REFERENCE_PYTHON names no Python with the reference runtime");
    return;
  }
  const Workspace workspace;
  prepare(workspace);
  const Outcome outcome = workspace.run({"verify", "m.tflite", "--seed", "0", "--count", "3", "--live"});
  INFO(outcome);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("oracle: ai-edge-litert==2.3.0 ") != std::string::npos);
}

// atoll run: the reference operators.
#include <catch2/catch.hpp>
#include <cstring>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using nlohmann::json;
using test::Outcome;
using test::Workspace;

namespace {

std::vector<float> floats(const arrays::Array& array) {
  std::vector<float> values(array.bytes.size() / sizeof(float));
  std::memcpy(values.data(), array.bytes.data(), array.bytes.size());
  return values;
}

arrays::Array labels(const std::vector<uint8_t>& values) {
  return {arrays::ElementType::kUint8, {static_cast<int64_t>(values.size())}, values};
}

// A model file and three samples of it in in.npz; the largest outputs are 1, 0 and 3.
void prepare(const Workspace& workspace) {
  workspace.write("m.tflite", test::float_model());
  workspace.write("in.npz", arrays::NamedArrays{{"x", test::float_array({3, 1, 4}, {-1, 2.5f, -3, 1,  //
                                                                                    5, 4, 3, -2,      //
                                                                                    0, -1, 0.5f, 9})}});
}

}  // namespace

TEST_CASE("outputs of one sample and of many") {
  const Workspace workspace;
  prepare(workspace);
  CHECK(workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "out.npz"}) ==
        Outcome{0, "out.npz: 1 array of 3 invocations\n", ""});
  arrays::NamedArrays out = workspace.read_arrays("out.npz");
  REQUIRE(out.size() == 1);
  CHECK(out[0].first == "y");
  CHECK(out[0].second.shape == std::vector<int64_t>{3, 1, 4});
  CHECK(floats(out[0].second) == std::vector<float>{0, 2.5f, 0, 1, 5, 4, 3, 0, 0, 0, 0.5f, 9});

  workspace.write("one.npz", arrays::NamedArrays{{"0", test::float_array({1, 4}, {-1, 2.5f, -3, 1})}});
  CHECK(workspace.run({"run", "m.tflite", "--input", "one.npz", "--output", "out.npz"}).status == 0);
  out = workspace.read_arrays("out.npz");
  CHECK(out[0].second.shape == std::vector<int64_t>{1, 4});
  CHECK(workspace.run({"run", "m.tflite", "--input", "one.npz"}) ==
        Outcome{0, "output 'y' float32 1x4, largest values:\n  [1] 2.5, [3] 1, [0] 0, [2] 0\n", ""});
}

TEST_CASE("every tensor") {
  const Workspace workspace;
  prepare(workspace);
  REQUIRE(workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "all.npz", "--all-tensors"}).status == 0);
  std::vector<std::string> names;
  for (const auto& [name, array] : workspace.read_arrays("all.npz")) names.push_back(name);
  CHECK(names == std::vector<std::string>{"x", "positive", "y"});
}

TEST_CASE("inputs by name, whatever their order") {
  const Workspace workspace;
  workspace.write("two.tflite", test::two_input_model());
  workspace.write("in.npz", arrays::NamedArrays{{"b", test::float_array({1, 3}, {1, 2, 3})},
                                                {"a", test::float_array({1, 3}, {10, 20, 30})}});
  REQUIRE(workspace.run({"run", "two.tflite", "--input", "in.npz", "--output", "out.npz"}).status == 0);
  CHECK(floats(workspace.read_arrays("out.npz")[0].second) == std::vector<float>{11, 22, 33});
  workspace.write("in.npz", arrays::NamedArrays{{"a", test::float_array({2, 1, 3}, {1, 2, 3, 4, 5, 6})},
                                                {"b", test::float_array({1, 3}, {1, 2, 3})}});
  CHECK(workspace.run({"run", "two.tflite", "--input", "in.npz"}).status == 4);
}

TEST_CASE("drawn inputs follow the seed, and stderr says when none was given") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  const Outcome plain = workspace.run({"run", "m.tflite"});
  CHECK(plain.err == "atoll: note: no --input: inputs are drawn from seed 0, over the full range of their types\n");
  const Outcome zero = workspace.run({"run", "m.tflite", "--seed", "0"});
  CHECK(zero.err == "");
  CHECK(zero.out == plain.out);
  CHECK(workspace.run({"run", "m.tflite", "--seed", "1"}).out != plain.out);
}

TEST_CASE("accuracy, from labels as an array or as text") {
  const Workspace workspace;
  prepare(workspace);
  workspace.write("labels.npz", arrays::NamedArrays{{"labels", labels({1, 0, 0})}});
  workspace.write("labels.txt", std::string("1 0\n0\n"));
  for (const std::string file : {"labels.npz", "labels.txt"}) {
    CHECK(workspace.run({"run", "m.tflite", "--input", "in.npz", "--labels", file}) ==
          Outcome{0, "accuracy: 66.67 % (2 of 3)\n", ""});
  }
  const Outcome outcome = workspace.run({"run", "m.tflite", "--input", "in.npz", "--labels", "labels.txt", "--json"});
  const json result = json::parse(outcome.out);
  CHECK(result["correct"] == 2);
  CHECK(result["accuracy"].get<double>() == Approx(2.0 / 3));
  CHECK(result["invocations"] == 3);
  CHECK(result["outputs"][0]["name"] == "y");
  CHECK(result["outputs"][0]["largest"][2][0]["index"] == 3);
}

TEST_CASE("labels that don't go with the run") {
  const Workspace workspace;
  prepare(workspace);
  const auto run = [&](const std::string& text) {
    workspace.write("labels.txt", text);
    return workspace.run({"run", "m.tflite", "--input", "in.npz", "--labels", "labels.txt"});
  };
  CHECK(run("1 0") == Outcome{4, "", "atoll: error: labels.txt: there are 2 labels for 3 invocations\n"});
  CHECK(run("1 0 4") ==
        Outcome{4, "", "atoll: error: labels.txt: label 2 is 4, but the first output has 4 classes, counted from 0\n"});
  CHECK(run("1\n0\ncat") == Outcome{4, "", "atoll: error: labels.txt:3: a label must be a class number\n"});
  workspace.write("f.npz", arrays::NamedArrays{{"labels", test::float_array({3}, {1, 0, 0})}});
  CHECK(workspace.run({"run", "m.tflite", "--input", "in.npz", "--labels", "f.npz"}) ==
        Outcome{4, "", "atoll: error: f.npz: labels must be integers, not float32\n"});
}

TEST_CASE("the same command writes the same bytes") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  for (const std::string name : {"a.npz", "b.npz"}) {
    REQUIRE(workspace.run({"run", "m.tflite", "--seed", "5", "--output", name, "--all-tensors"}).status == 0);
  }
  CHECK(workspace.read("a.npz") == workspace.read("b.npz"));
}

TEST_CASE("state starts anew in every invocation, or is carried on") {
  const Workspace workspace;
  workspace.write("m.tflite", test::running_total());
  workspace.write("in.npz", arrays::NamedArrays{{"x", test::float_array({3, 2}, {1, 2, 10, 20, 100, 200})}});
  REQUIRE(workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "fresh.npz"}).status == 0);
  CHECK(floats(workspace.read_arrays("fresh.npz")[0].second) == std::vector<float>{1, 2, 10, 20, 100, 200});
  REQUIRE(workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "kept.npz", "--keep-state"}).status == 0);
  CHECK(floats(workspace.read_arrays("kept.npz")[0].second) == std::vector<float>{1, 2, 11, 22, 111, 222});
  for (const auto& [flags, expected] : {std::pair(std::vector<std::string>{}, "fresh.npz"),
                                        std::pair(std::vector<std::string>{"--keep-state"}, "kept.npz")}) {
    std::vector<std::string> command{"simulate", "m.tflite", "--input", "in.npz", "--output", "simulated.npz"};
    command.insert(command.end(), flags.begin(), flags.end());
    REQUIRE(workspace.run(command).status == 0);
    CHECK(floats(workspace.read_arrays("simulated.npz")[0].second) ==
          floats(workspace.read_arrays(expected)[0].second));
  }
}

TEST_CASE("a signature's subgraph runs under the signature's names") {
  const Workspace workspace;
  workspace.write("m.tflite", test::running_total());
  workspace.write("in.npz", arrays::NamedArrays{{"value", test::float_array({2}, {3, 4})}});
  const Outcome outcome =
      workspace.run({"run", "m.tflite", "--signature", "double", "--input", "in.npz", "--output", "out.npz"});
  INFO(outcome);
  REQUIRE(outcome.status == 0);
  const arrays::NamedArrays out = workspace.read_arrays("out.npz");
  CHECK(out[0].first == "twice");
  CHECK(floats(out[0].second) == std::vector<float>{6, 8});
  CHECK(workspace.run({"run", "m.tflite", "--signature", "triple"}) ==
        Outcome{2, "", "atoll: error: --signature: m.tflite has no signature 'triple'; it has 'double'\n"});
}

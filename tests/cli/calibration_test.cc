// atoll quantize: data in several files, methods of calibration, ranges saved and loaded.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using nlohmann::json;
using test::Outcome;
using test::Workspace;

namespace {

void prepare(const Workspace& workspace) {
  workspace.write("f.tflite", test::float_model());
  const std::vector<float> samples = test::float_samples();
  const std::vector<float> first(samples.begin(), samples.begin() + 40), last(samples.begin() + 40, samples.end());
  workspace.write("rep.npz", arrays::NamedArrays{{"x", test::float_array({20, 1, 4}, samples)}});
  workspace.write("a.npz", arrays::NamedArrays{{"x", test::float_array({10, 1, 4}, first)}});
  workspace.write("b.npz", arrays::NamedArrays{{"x", test::float_array({10, 1, 4}, last)}});
}

Outcome quantize(const Workspace& workspace, std::vector<std::string> flags, const std::string& output = "q.tflite") {
  flags.insert(flags.begin(), {"quantize", "f.tflite", "-o", output});
  return workspace.run(flags);
}

}  // namespace

TEST_CASE("data in two files, and ranges saved apart, make the model of one file") {
  const Workspace workspace;
  prepare(workspace);
  REQUIRE(quantize(workspace, {"--data", "rep.npz"}, "one.tflite").status == 0);
  REQUIRE(quantize(workspace, {"--data", "a.npz", "--data", "b.npz"}, "two.tflite").status == 0);
  CHECK(workspace.read("one.tflite") == workspace.read("two.tflite"));
  REQUIRE(quantize(workspace, {"--data", "a.npz", "--save-ranges", "a.json"}).status == 0);
  REQUIRE(quantize(workspace, {"--data", "b.npz", "--save-ranges", "b.json"}).status == 0);
  REQUIRE(quantize(workspace, {"--load-ranges", "a.json", "--load-ranges", "b.json"}, "merged.tflite").status == 0);
  CHECK(workspace.read("one.tflite") == workspace.read("merged.tflite"));
  REQUIRE(quantize(workspace, {"--load-ranges", "a.json", "--data", "b.npz"}, "both.tflite").status == 0);
  CHECK(workspace.read("one.tflite") == workspace.read("both.tflite"));
}

TEST_CASE("every method of calibration makes a model that runs") {
  const Workspace workspace;
  prepare(workspace);
  for (const std::string method : {"minmax", "ema", "percentile", "mse", "entropy"}) {
    for (const std::string mode : {"int8", "int16x8"}) {
      INFO(method << " " << mode);
      const Outcome outcome =
          quantize(workspace, {"--data", "rep.npz", "--calibration", method, "--mode", mode, "--json"});
      REQUIRE(outcome.status == 0);
      CHECK(json::parse(outcome.out)["calibration"] == method);
      CHECK(workspace.run({"run", "q.tflite", "--seed", "1"}).status == 0);
    }
  }
  REQUIRE(quantize(workspace, {"--data", "rep.npz"}, "default.tflite").status == 0);
  REQUIRE(quantize(workspace, {"--data", "rep.npz", "--calibration", "minmax"}).status == 0);
  CHECK(workspace.read("q.tflite") == workspace.read("default.tflite"));
}

TEST_CASE("what can't be calibrated is refused") {
  const Workspace workspace;
  prepare(workspace);
  const auto refused = [&](const std::vector<std::string>& flags, int status, const std::string& message) {
    CHECK(quantize(workspace, flags) == Outcome{status, "", "atoll: error: " + message + "\n"});
    CHECK(!workspace.has("q.tflite"));
  };
  refused({"--data", "rep.npz", "--percentile", "99"}, 2, "--percentile is for --calibration percentile");
  refused({"--data", "rep.npz", "--calibration", "percentile", "--percentile", "101"}, 2,
          "--percentile 101: must be above 0 and at most 100");
  workspace.write("bad.json", std::string("{}"));
  refused({"--load-ranges", "bad.json"}, 4,
          "bad.json: is not a file of ranges (\"format\": \"atoll-ranges\", \"version\": 1)");
  refused({"--load-ranges", "no.json"}, 3, "no.json: can't open: No such file or directory");
  refused({"--mode", "float16", "--calibration", "ema"}, 2,
          "--calibration is for modes that quantize activations; --mode float16 quantizes weights alone");
}

// The traces that `atoll simulate` writes of a model, beside its statistics.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using test::Workspace;
using Json = nlohmann::json;

namespace {

const std::vector<std::string> kTraces = {"--trace", "t.json", "--itrace", "t.txt", "--vcd", "t.vcd"};

std::vector<std::string> with_traces(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), kTraces.begin(), kTraces.end());
  return arguments;
}

}  // namespace

TEST_CASE("traces say what the statistics say") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  REQUIRE(workspace.run(with_traces({"simulate", "m.tflite", "--timing-only", "--stats", "s.json"})).status == 0);
  const Json statistics = Json::parse(workspace.read_text("s.json"));
  const Json trace = Json::parse(workspace.read_text("t.json"));
  CHECK(trace["otherData"]["cycles"] == statistics["cycles"]);
  CHECK(trace["otherData"]["machine"] == "edge");
  std::map<std::string, int64_t> starts, ends, instructions;  // by op
  std::map<std::string, int64_t> waits;                       // for semaphores, by unit
  std::map<int, std::string> units;
  for (const Json& e : trace["traceEvents"]) {
    if (e["name"] == "thread_name" && e["pid"] == 1) units[e["tid"]] = e["args"]["name"];
    if (e["ph"] != "X") continue;
    if (e["cat"] == "instruction") ++instructions[e["args"]["op"]];
    if (e["cat"] == "operator") starts[e["name"]] = e["ts"];
    if (e["cat"] == "operator") ends[e["name"]] = e["ts"].get<int64_t>() + e["dur"].get<int64_t>();
    if (e["name"] == "wait_semaphore") waits[units.at(e["tid"])] += e["dur"].get<int64_t>();
  }
  size_t compared = 0;
  for (const Json& layer : statistics["layers"]) {
    if (layer["instructions"] == 0) continue;
    INFO(layer["label"]);
    CHECK(starts.at(layer["label"]) == layer["start"]);
    CHECK(ends.at(layer["label"]) == layer["end"]);
    CHECK(instructions.at(layer["label"]) == layer["instructions"]);
    ++compared;
  }
  CHECK(compared >= 3);
  for (const auto& [unit, activities] : statistics["units"].items()) {
    CHECK(waits[unit] == activities["wait_semaphore"]);
    for (const auto& [activity, cycles] : activities.items()) {
      int64_t sum = statistics["outside_layers"][unit][activity].get<int64_t>();
      for (const Json& layer : statistics["layers"]) sum += layer["units"][unit].value(activity, int64_t{0});
      CHECK(sum == cycles);
    }
  }
  CHECK(workspace.read_text("t.txt").starts_with("dispatched\tstarted\tended\tcompleted\tunit\tsegment\t"));
  const std::string waves = workspace.read_text("t.vcd");
  CHECK(waves.find("$enddefinitions $end\n#0\n") != std::string::npos);
  // The last time; what ends with the run changes in it.
  const std::string end = fmt::format("\n#{}\n", statistics["cycles"].get<int64_t>());
  CHECK(waves.rfind("\n#") == waves.find(end));
}

TEST_CASE("both fidelities, compiled or not, with values or without: the same traces") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  REQUIRE(workspace.run({"compile", "m.tflite", "-o", "c.tflite"}).status == 0);
  REQUIRE(workspace.run(with_traces({"simulate", "m.tflite", "--timing-only"})).status == 0);
  const std::string json = workspace.read_text("t.json"), list = workspace.read_text("t.txt"),
                    waves = workspace.read_text("t.vcd");
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"simulate", "m.tflite", "--seed", "1"},
                                                    {"simulate", "m.tflite", "--seed", "2", "--fidelity", "cycle"},
                                                    {"simulate", "c.tflite", "--timing-only", "--fidelity", "cycle"}}) {
    REQUIRE(workspace.run(with_traces(arguments)).status == 0);
    CHECK(workspace.read_text("t.json") == json);
    CHECK(workspace.read_text("t.txt") == list);
    CHECK(workspace.read_text("t.vcd") == waves);
  }
}

TEST_CASE("traces of a model without a segment, and to where nothing can be written") {
  const Workspace workspace;
  workspace.write("f.tflite", test::float_model());
  REQUIRE(workspace.run(with_traces({"simulate", "f.tflite", "--timing-only"})).status == 0);
  CHECK(Json::parse(workspace.read_text("t.json"))["otherData"]["cycles"] == 0);
  workspace.write("m.tflite", test::int8_classifier());
  for (const std::string flag : {"--trace", "--itrace", "--vcd"}) {
    const test::Outcome outcome = workspace.run({"simulate", "m.tflite", "--timing-only", flag, "missing/t"});
    CHECK(outcome == test::Outcome{3, "", "atoll: error: missing/t: can't write: No such file or directory\n"});
  }
}

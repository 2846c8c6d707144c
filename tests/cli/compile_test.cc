// atoll compile, simulate and inspect on one small model.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using nlohmann::json;
using test::Outcome;
using test::Workspace;

namespace {

json parsed(const Outcome& outcome) {
  INFO(outcome);
  REQUIRE(outcome.status == 0);
  return json::parse(outcome.out);
}

void prepare(const Workspace& workspace) { workspace.write("m.tflite", test::int8_classifier()); }

}  // namespace

TEST_CASE("compile says where every op went") {
  const Workspace workspace;
  prepare(workspace);
  const json result = parsed(workspace.run({"compile", "m.tflite", "-o", "c.tflite", "--machine", "mcu", "--json"}));
  CHECK(result["model"] == "m.tflite");
  CHECK(result["output"] == "c.tflite");
  CHECK(result["machine"] == "mcu");
  REQUIRE(result["ops"].size() == 4);
  CHECK(result["ops"][0]["name"] == "CONV_2D #0 'features'");
  CHECK(result["ops"][0]["kind"] == "CONV_2D");
  for (size_t i = 0; i < 4; ++i) {
    CHECK(result["ops"][i]["index"] == i);
    CHECK(result["ops"][i]["where"] == "accelerator");
    CHECK(result["ops"][i]["reason"] == "");
  }
  CHECK(result["segments"].size() == 1);
  CHECK(result["segments"][0]["ops"] == json({0, 1, 2, 3}));
  CHECK(result["estimated_cycles"].get<int64_t>() > 0);
  CHECK(result["cached_parameter_bytes"].get<int64_t>() + result["streamed_parameter_bytes"].get<int64_t>() > 108);
  CHECK(result["warnings"].empty());
  const Outcome shown = workspace.run({"compile", "m.tflite", "--show-ops"});
  CHECK(shown.status == 0);
  CHECK(
      shown.out.starts_with("m.tflite: 4 of 4 ops on the accelerator 'edge', in 1 segment\n"
                            "  #  operator         where      output      reason\n"
                            "  0  CONV_2D          segment 0  'features'\n"));
}

TEST_CASE("more effort never gives more cycles") {
  const Workspace workspace;
  const std::string digits = ATOLL_SOURCE_DIR "/assets/tutorial_cnn/";
  REQUIRE(
      workspace.run({"quantize", digits + "float.tflite", "-o", "m.tflite", "--data", digits + "representative.npz"})
          .status == 0);
  std::vector<int64_t> cycles;
  std::vector<json> outputs;
  for (const char* effort : {"0", "1", "2", "3"}) {
    const json result = parsed(workspace.run({"compile", "m.tflite", "-o", "c.tflite", "--effort", effort, "--json"}));
    cycles.push_back(result["estimated_cycles"].get<int64_t>());
    CHECK(result["accelerated_ops"] == result["ops"].size());
    outputs.push_back(parsed(workspace.run({"simulate", "c.tflite", "--seed", "5", "--json"}))["outputs"]);
    CHECK(outputs.back() == outputs.front());
  }
  CHECK(std::is_sorted(cycles.rbegin(), cycles.rend()));
  CHECK(cycles.front() > cycles.back());
  CHECK(workspace.run({"compile", "m.tflite", "-o", "d.tflite", "--effort", "4"}) ==
        Outcome{2, "", "atoll: error: --effort: Value 4 not in range 0 to 3; see 'atoll compile --help'\n"});
}

TEST_CASE("an output whose shape the model leaves open is shown and stored in the one it gets") {
  const Workspace workspace;
  workspace.write("o.tflite", test::open_output_model());
  for (const char* verb : {"simulate", "run"}) {
    for (const char* flag : {"--json", "--all-tensors"}) {
      INFO(verb << " " << flag);
      const bool shown = std::string(flag) == "--json";
      const Outcome outcome = shown ? workspace.run({verb, "o.tflite", flag})
                                    : workspace.run({verb, "o.tflite", flag, "--output", "o.npz", "--json"});
      CHECK(parsed(outcome)["outputs"][0]["shape"] == json({1, 4}));
    }
  }
}

TEST_CASE("a model with nothing to accelerate compiles, with a warning") {
  const Workspace workspace;
  workspace.write("f.tflite", test::float_model());
  const Outcome outcome = workspace.run({"compile", "f.tflite", "-o", "c.tflite"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err ==
        "atoll: warning: f.tflite: 0 of 2 ops run on the accelerator; quantize the model to integers first (atoll "
        "quantize)\n");
  const json simulated = parsed(workspace.run({"simulate", "c.tflite", "--seed", "1", "--json"}));
  CHECK(simulated["cycles"] == 0);
  CHECK(simulated["host_seconds"].get<double>() > 0);
  CHECK(simulated["latency_seconds"] == simulated["host_seconds"]);
}

TEST_CASE("a compiled model and its original simulate alike, on what it was compiled for") {
  const Workspace workspace;
  prepare(workspace);
  for (const std::string machine : {"edge", "mcu", "tiny"}) {
    INFO(machine);
    const json compiled =
        parsed(workspace.run({"compile", "m.tflite", "-o", "c.tflite", "--machine", machine, "--json"}));
    json a = parsed(workspace.run({"simulate", "c.tflite", "--seed", "3", "--json"}));
    json b = parsed(workspace.run({"simulate", "m.tflite", "--seed", "3", "--machine", machine, "--json"}));
    CHECK(a["machine"] == machine);
    CHECK(a["cycles"] == compiled["estimated_cycles"]);
    a.erase("model"), b.erase("model");
    CHECK(a == b);
  }
}

TEST_CASE("outputs of the simulator are those of the reference operators") {
  const Workspace workspace;
  prepare(workspace);
  workspace.write("in.npz", arrays::NamedArrays{{"image", test::int8_array({3, 1, 8, 8, 2}, 77)}});
  REQUIRE(workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "run.npz"}).status == 0);
  REQUIRE(workspace.run({"simulate", "m.tflite", "--input", "in.npz", "--output", "fast.npz"}).status == 0);
  REQUIRE(workspace.run({"simulate", "m.tflite", "--input", "in.npz", "--output", "cycle.npz", "--fidelity", "cycle"})
              .status == 0);
  CHECK(workspace.read("fast.npz") == workspace.read("run.npz"));
  CHECK(workspace.read("cycle.npz") == workspace.read("run.npz"));
  CHECK(workspace.read_arrays("run.npz")[0].second.shape == std::vector<int64_t>{3, 1, 4});

  REQUIRE(workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "run.npz", "--all-tensors"}).status == 0);
  REQUIRE(workspace.run({"simulate", "m.tflite", "--input", "in.npz", "--output", "all.npz", "--all-tensors"}).status ==
          0);
  CHECK(workspace.read("all.npz") == workspace.read("run.npz"));
}

TEST_CASE("statistics agree with themselves, in every form") {
  const Workspace workspace;
  prepare(workspace);
  const json printed = parsed(workspace.run({"simulate", "m.tflite", "--timing-only", "--machine", "tiny", "--json",
                                             "--stats", "s.json", "--layers", "l.csv"}));
  json stored = json::parse(workspace.read_text("s.json"));
  for (const auto& [name, value] : stored.items()) CHECK(printed[name] == value);
  const auto cycles = stored["cycles"].get<int64_t>();
  CHECK(stored["cold_cycles"].get<int64_t>() >= cycles);
  CHECK(stored["bounds"]["resource"].get<int64_t>() <= cycles);
  CHECK(stored["bounds"]["layered"].get<int64_t>() >= stored["bounds"]["resource"].get<int64_t>());
  CHECK(stored["macs"] == 8 * 8 * 6 * 18 + 4 * 96);
  CHECK(stored["utilization"].get<double>() ==
        Approx(stored["macs"].get<double>() / (16.0 * static_cast<double>(cycles))));
  CHECK(stored["latency_seconds"].get<double>() == Approx(static_cast<double>(cycles) / 100e6));
  for (const auto& [unit, activities] : stored["units"].items()) {
    int64_t sum = 0;
    for (const auto& [activity, count] : activities.items()) sum += count.get<int64_t>();
    INFO(unit);
    CHECK(sum == cycles);
  }
  REQUIRE(stored["layers"].size() == 4);
  const std::string csv = workspace.read_text("l.csv");
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
  CHECK(csv.find("\n0,CONV_2D #0 'features',6912,") != std::string::npos);
}

TEST_CASE("the two clocks agree, seen from outside") {
  const Workspace workspace;
  prepare(workspace);
  for (const std::string machine : {"edge", "mcu", "tiny"}) {
    const auto run = [&](const std::string& fidelity) {
      return workspace.run(
          {"simulate", "m.tflite", "--machine", machine, "--timing-only", "--fidelity", fidelity, "--json"});
    };
    CHECK(run("fast") == run("cycle"));
  }
}

TEST_CASE("several models go to a folder") {
  const Workspace workspace;
  workspace.write("a.tflite", test::int8_classifier());
  workspace.write("b.tflite", test::float_model());
  const Outcome outcome = workspace.run({"compile", "a.tflite", "b.tflite", "-o", "out/deep", "--json"});
  CHECK(outcome.status == 0);
  CHECK(json::parse(outcome.out)["models"].size() == 2);
  CHECK(workspace.has("out/deep/a_atoll.tflite"));
  CHECK(workspace.has("out/deep/b_atoll.tflite"));
  // One bad model doesn't keep the others from being compiled.
  workspace.write("bad.tflite", std::string("no model"));
  const Outcome partly = workspace.run({"compile", "bad.tflite", "a.tflite", "-o", "other"});
  CHECK(partly.status == 4);
  CHECK(workspace.has("other/a_atoll.tflite"));
  CHECK(!workspace.has("other/bad_atoll.tflite"));
}

TEST_CASE("a program on its own: emitted, inspected, assembled back") {
  const Workspace workspace;
  prepare(workspace);
  REQUIRE(workspace.run({"compile", "m.tflite", "--emit-program", "p.bin", "--machine", "tiny"}).status == 0);
  const json summary = parsed(workspace.run({"inspect", "p.bin", "--json"}));
  CHECK(summary["kind"] == "program");
  CHECK(summary["machine"] == "tiny");
  CHECK(summary["ops"][0]["label"] == "CONV_2D #0 'features'");
  const Outcome text = workspace.run({"inspect", "p.bin", "--constants"});
  REQUIRE(text.status == 0);
  CHECK(text.out.find(".for 0  # \"CONV_2D #0 'features'\"\n") != std::string::npos);
  workspace.write("p.s", text.out);
  REQUIRE(workspace.run({"asm", "p.s", "-o", "again.bin"}).status == 0);
  CHECK(workspace.read("again.bin") == workspace.read("p.bin"));
  CHECK(workspace.run({"asm", "p.s"}) == Outcome{2, "", "atoll: error: -o is missing: where to write the program\n"});
}

TEST_CASE("assembly with mistakes") {
  const Workspace workspace;
  workspace.write("p.s", std::string(".main\n  frobnicate\n  halt\n"));
  const Outcome outcome = workspace.run({"asm", "p.s", "-o", "p"});
  CHECK(outcome.status == 4);
  CHECK(outcome.err.starts_with("atoll: error: p.s:2: "));
  CHECK(!workspace.has("p"));
}

TEST_CASE("inspect: models, plain and compiled") {
  const Workspace workspace;
  prepare(workspace);
  const json plain = parsed(workspace.run({"inspect", "m.tflite", "--json"}));
  CHECK(plain["kind"] == "model");
  CHECK(plain["macs"] == 8 * 8 * 6 * 18 + 4 * 96);
  CHECK(plain["subgraphs"][0]["ops"][3]["kind"] == "FULLY_CONNECTED");
  CHECK(plain["subgraphs"][0]["inputs"][0]["shape"] == json({1, 8, 8, 2}));
  const Outcome ir = workspace.run({"inspect", "m.tflite", "--ir"});
  CHECK(ir.out.find("\n  op #0 CONV_2D ") != std::string::npos);
  REQUIRE(workspace.run({"compile", "m.tflite", "-o", "c.tflite"}).status == 0);
  const json compiled = parsed(workspace.run({"inspect", "c.tflite", "--json"}));
  CHECK(compiled["kind"] == "compiled model");
  CHECK(compiled["programs"].size() == 1);
  CHECK(compiled["programs"][0]["ops"].size() == 4);
  CHECK(workspace.run({"run", "c.tflite"}) == Outcome{5, "",
                                                      "atoll: error: c.tflite: this is a compiled model; simulate runs "
                                                      "it, and run takes the model that it was compiled from\n"});
  CHECK(workspace.run({"compile", "c.tflite", "-o", "d.tflite"}) ==
        Outcome{5, "",
                "atoll: error: c.tflite: CUSTOM(atoll-program) #0 'scores': the model is compiled already; give the "
                "original\n"});
}

TEST_CASE("machines: listed, shown, and taken from a file") {
  const Workspace workspace;
  prepare(workspace);
  const json machines = parsed(workspace.run({"machine", "list", "--json"}));
  CHECK(machines["machines"][0]["name"] == "edge");
  CHECK(machines["machines"].size() == 6);
  std::string own = workspace.run({"machine", "show", "tiny"}).out;
  own.replace(own.find("\"tiny\""), 6, "\"mine\"");
  workspace.write("mine.json", own);
  const Outcome checked = workspace.run({"machine", "check", "mine.json"});
  CHECK(checked ==
        Outcome{0, "mine.json: machine 'mine' is valid: 1 x 1 tiles of 4 x 4, 16 MACs a cycle at 100 MHz\n", ""});
  REQUIRE(workspace.run({"compile", "m.tflite", "-o", "c.tflite", "--machine", "mine.json"}).status == 0);
  CHECK(workspace.run({"simulate", "c.tflite", "--timing-only"}) ==
        Outcome{2, "",
                "atoll: error: c.tflite: the model was compiled for machine 'mine', which does not come along; give "
                "its description with --machine FILE.json\n"});
  const json there =
      parsed(workspace.run({"simulate", "c.tflite", "--timing-only", "--machine", "mine.json", "--json"}));
  const json tiny = parsed(workspace.run({"simulate", "m.tflite", "--timing-only", "--machine", "tiny", "--json"}));
  CHECK(there["cycles"] == tiny["cycles"]);
  CHECK(workspace.run({"simulate", "c.tflite", "--timing-only", "--machine", "edge"}).status == 4);
}

TEST_CASE("compile --report has the figures of a simulation, and --compare says what changed") {
  const Workspace workspace;
  prepare(workspace);
  const json edge = parsed(workspace.run({"compile", "m.tflite", "--report", "edge.json", "--json"}));
  const json simulated = parsed(workspace.run({"simulate", "m.tflite", "--timing-only", "--json"}));
  CHECK(edge["statistics"]["cycles"] == edge["estimated_cycles"]);
  CHECK(edge["statistics"]["layers"] == simulated["layers"]);

  const json same = parsed(workspace.run({"compile", "m.tflite", "--compare", "edge.json", "--json"}));
  CHECK(same["comparison"]["ops"].empty());
  CHECK(workspace.run({"compile", "m.tflite", "--compare", "edge.json"}).out.ends_with("no operator changed\n"));

  const json mcu =
      parsed(workspace.run({"compile", "m.tflite", "--machine", "mcu", "--compare", "edge.json", "--json"}));
  const json& comparison = mcu["comparison"];
  CHECK(comparison["machines"] == json({"edge", "mcu"}));
  CHECK(comparison["figures"][0] ==
        json({{"name", "cycles"}, {"before", edge["estimated_cycles"]}, {"now", mcu["estimated_cycles"]}}));
  REQUIRE(comparison["ops"].size() > 1);
  const auto change = [&](size_t i) {
    const json& op = comparison["ops"][i];
    return std::abs(op["now"]["cycles"].get<int64_t>() - op["before"]["cycles"].get<int64_t>());
  };
  CHECK(change(0) >= change(1));
  const Outcome shown = workspace.run({"compile", "m.tflite", "--machine", "mcu", "--compare", "edge.json"});
  CHECK(shown.status == 0);
  CHECK(shown.out.find("compared with edge.json (machine 'edge')\n") != std::string::npos);
}

TEST_CASE("compile --compare refuses what is no report, or one of another model") {
  const Workspace workspace;
  prepare(workspace);
  const auto compared = [&](const std::string& file) {
    return workspace.run({"compile", "m.tflite", "-o", "c.tflite", "--compare", file});
  };
  CHECK(compared("none.json").status == 3);
  workspace.write("list.json", "[1, 2]");
  CHECK(compared("list.json").err ==
        "atoll: error: list.json: is no report of one model that 'atoll compile --report' wrote\n");
  workspace.write("cut.json", R"({"ops": [{}, {}, {}, {}], "estimated_cycles": "many"})");
  const Outcome damaged = compared("cut.json");
  CHECK(damaged.status == 4);
  CHECK(damaged.err.starts_with("atoll: error: cut.json: is damaged: "));
  workspace.write("other.json", R"({"machine": "edge", "ops": [], "estimated_cycles": 5})");
  CHECK(compared("other.json").err ==
        "atoll: error: other.json: is of another model: it has 0 operators, this one 4\n");
  CHECK_FALSE(workspace.has("c.tflite"));
}

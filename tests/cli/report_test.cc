// atoll quantize --report and --sensitivity.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using nlohmann::json;
using test::Outcome;
using test::Workspace;

namespace {

Outcome quantize(const Workspace& workspace, std::vector<std::string> flags) {
  workspace.write("f.tflite", test::float_model());
  workspace.write("rep.npz", arrays::NamedArrays{{"x", test::float_array({20, 1, 4}, test::float_samples())}});
  flags.insert(flags.begin(), {"quantize", "f.tflite", "-o", "q.tflite"});
  return workspace.run(flags);
}

}  // namespace

TEST_CASE("reports in every form, of the same numbers") {
  const Workspace workspace;
  const Outcome outcome = quantize(workspace, {"--data", "rep.npz", "--report", "r.json", "--report", "r.csv",
                                               "--report", "r.html", "--sensitivity", "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(workspace.files() == std::vector<std::string>{"f.tflite", "q.tflite", "r.csv", "r.html", "r.json", "rep.npz"});
  const json report = json::parse(workspace.read_text("r.json"));
  CHECK(json::parse(outcome.out)["quality"] == report);
  CHECK(report["samples"] == 20);
  CHECK(report["outputs"][0]["name"] == "y");
  CHECK(report["outputs"][0]["sqnr_db"] > 30);
  CHECK(report["outputs"][0]["argmax"]["rows"] == 20);
  CHECK(report["sensitivity"]["samples"] == 8);
  CHECK(report["sensitivity"]["layers"].size() == 2);
  CHECK(workspace.read_text("r.csv").starts_with("tensor,name,type,"));
  const std::string page = workspace.read_text("r.html");
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.find("f.tflite in int8: q.tflite") != std::string::npos);
  // Again: the same bytes.
  REQUIRE(quantize(workspace, {"--data", "rep.npz", "--report", "s.html", "--sensitivity"}).status == 0);
  CHECK(workspace.read_text("s.html") == page);
}

TEST_CASE("a report changes nothing of the model") {
  const Workspace workspace;
  REQUIRE(quantize(workspace, {"--data", "rep.npz"}).status == 0);
  const Bytes model = workspace.read("q.tflite");
  REQUIRE(quantize(workspace, {"--data", "rep.npz", "--report", "-", "--sensitivity"}).status == 0);
  CHECK(workspace.read("q.tflite") == model);
}

TEST_CASE("tables on the screen") {
  const Workspace workspace;
  const Outcome outcome = quantize(workspace, {"--data", "rep.npz", "--report", "-"});
  REQUIRE(outcome.status == 0);
  CHECK(outcome.out.starts_with("#  operator"));
  CHECK(outcome.out.find("FULLY_CONNECTED  y") != std::string::npos);
  CHECK(outcome.out.find("argmax as in float") != std::string::npos);
  CHECK(outcome.out.find("of 20 (") != std::string::npos);
}

TEST_CASE("a report of weights alone") {
  const Workspace workspace;
  const Outcome outcome = quantize(workspace, {"--mode", "dynamic-range", "--min-elements", "0", "--data", "rep.npz",
                                               "--report", "r.json", "--report", "r.html", "--report", "-"});
  INFO(outcome.err);
  REQUIRE(outcome.status == 0);
  const json report = json::parse(workspace.read_text("r.json"));
  CHECK(report["samples"] == 20);
  CHECK(report["outputs"][0]["sqnr_db"] > 30);
  CHECK(report["layers"].size() == 2);
  CHECK(outcome.out.find("FULLY_CONNECTED  y") != std::string::npos);
}

TEST_CASE("reports that can't be") {
  const Workspace workspace;
  const auto error = [&](const std::vector<std::string>& flags) {
    const Outcome outcome = quantize(workspace, flags);
    CHECK(outcome.status == 2);
    CHECK_FALSE(workspace.has("q.tflite"));
    return outcome.err;
  };
  CHECK(error({"--data", "rep.npz", "--report", "r.txt"}) ==
        "atoll: error: --report r.txt: reports are .json, .csv or .html, or - for a table\n");
  const Outcome nowhere = quantize(workspace, {"--data", "rep.npz", "--report", "no/r.csv"});
  CHECK(nowhere == Outcome{3, "", "atoll: error: --report no/r.csv: there is no folder no\n"});
  CHECK_FALSE(workspace.has("q.tflite"));
  CHECK(error({"--data", "rep.npz", "--report", "r.csv", "--report", "r.csv"}) ==
        "atoll: error: --report r.csv is given twice\n");
  CHECK(error({"--load-ranges", "none.json", "--report", "r.csv"}) ==
        "atoll: error: --report and --sensitivity compare the two models on data: give --data\n");
  CHECK(error({"--mode", "float16", "--data", "rep.npz", "--sensitivity"}) ==
        "atoll: error: --sensitivity is for modes that quantize activations; --mode float16 quantizes weights alone\n");
  CHECK(error({"--mode", "float16", "--data", "rep.npz"}) ==
        "atoll: error: --data is for modes that quantize activations; --mode float16 quantizes weights alone\n");
}

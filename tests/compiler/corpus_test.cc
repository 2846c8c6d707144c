// Real networks, whole: every output and materialized tensor of the compiled program equals the reference kernels, and
// the clocked model takes exactly the estimated cycles.
#include <catch2/catch.hpp>

#include "common/tflite/reader.h"
#include "tests/compiled/compiled_check.h"
#include "tests/support/shared.h"

using namespace atl;

namespace {

const std::vector<std::string> kTinyMl = {
    "int8/mlperftiny__kws_ref_model.tflite", "int8/mlperftiny__vww_96_int8.tflite",
    "int8/mlperftiny__pretrainedResnet_quant.tflite", "int8/mlperftiny__ad01_int8.tflite"};
const std::vector<std::string> kMobileNets = {"uint8/coral__mobilenet_v1_0.25_128_quant.tflite",
                                              "uint8/coral__mobilenet_v2_1.0_224_quant.tflite",
                                              "int8/coral__tf2_mobilenet_v2_1.0_224_ptq.tflite"};

void check(const std::string& file, const std::string& machine_name, uint64_t seed, simulator::Fidelity fidelity) {
  const auto path = test::shared_path_or_skip("corpus/" + file);
  if (!path) return;
  INFO(file << " on " << machine_name << ", seed " << seed);
  const auto model = tflite::load_model(*path);
  if (!model.ok()) FAIL(model.error().text());
  const auto result = test::check_compiled(*model, isa::load_machine(machine_name).value(), {seed, {}, fidelity});
  if (!result.ok()) FAIL(result.error().text());
  CHECK(result->difference == "");
  CHECK(result->host_ops == 0);
  CHECK(result->tensors > 5);
  CHECK(result->cycles == result->estimated_cycles);
}

void check_seeds(const std::string& file, const std::string& machine_name) {
  check(file, machine_name, 0, simulator::Fidelity::kCycle);
  for (uint64_t seed = 1; seed < 5; ++seed) check(file, machine_name, seed, simulator::Fidelity::kFast);
}

}  // namespace

TEST_CASE("MLPerf Tiny models on edge, mcu and tiny") {
  const std::string machine = GENERATE("edge", "mcu", "tiny");
  for (const std::string& file : kTinyMl) check_seeds(file, machine);
}

TEST_CASE("MobileNets on edge and mcu") {
  const std::string machine = GENERATE("edge", "mcu");
  for (const std::string& file : kMobileNets) check_seeds(file, machine);
}

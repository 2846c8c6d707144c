// The reference kernels against the stored outputs of the reference runtime.
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <set>

#include "common/kernels/interpreter.h"
#include "common/tflite/reader.h"
#include "tests/support/conformance.h"
#include "tests/support/shared.h"

using namespace atl;
using test::ConformanceCase;
using test::ConformanceVector;

namespace {

// Float outputs of operators that sum differ from the reference's by the order: within this share of the output's
// largest magnitude. Those of one element each differ by the last bits of the platform's functions: units in the last
// place.
constexpr double kSumBound = 2e-6;
constexpr int64_t kUlpBound = 2;

const std::set<std::string> kElementwise = {"ADD", "SUB", "MUL",  "DIV",      "CAST", "DEQUANTIZE", "FLOOR_DIV",
                                            "EXP", "LOG", "GELU", "LOGISTIC", "TANH", "QUANTIZE",   "RESHAPE"};

struct Tally {
  int cases = 0;
  int64_t elements = 0, differing_bytes = 0;  // the latter of outputs that are not float
  double worst_share = 0;                     // of float outputs, of the largest magnitude
  int64_t worst_ulp = 0;

  void add(const Tally& other) {
    cases += other.cases;
    elements += other.elements, differing_bytes += other.differing_bytes;
    worst_share = std::fmax(worst_share, other.worst_share);
    worst_ulp = std::max(worst_ulp, other.worst_ulp);
  }
};

// Position of a float32 among all of them, so that neighbours differ by 1.
int64_t position(float x) {
  const auto bits = std::bit_cast<int32_t>(x);
  return bits >= 0 ? bits : int64_t{std::numeric_limits<int32_t>::min()} - bits;
}

void compare_floats(std::span<const float> got, std::span<const float> wanted, Tally& tally) {
  double largest = 0, difference = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto a = static_cast<double>(got[i]), b = static_cast<double>(wanted[i]);
    if (std::isfinite(b)) largest = std::fmax(largest, std::fabs(b));
    if (a == b || (std::isnan(a) && std::isnan(b))) continue;
    difference = std::isfinite(a) && std::isfinite(b) ? std::fmax(difference, std::fabs(a - b)) : INFINITY;
    const bool comparable = !std::isnan(a) && !std::isnan(b);
    const int64_t ulp = comparable ? std::abs(position(got[i]) - position(wanted[i])) : INT32_MAX;
    tally.worst_ulp = std::max(tally.worst_ulp, ulp);
  }
  if (difference > 0) tally.worst_share = std::fmax(tally.worst_share, difference / largest);
}

void compare(const kernels::Interpreter& interpreter, const ConformanceVector& vector, Tally& tally) {
  REQUIRE(vector.outputs.size() == interpreter.num_outputs());
  for (size_t k = 0; k < vector.outputs.size(); ++k) {
    const arrays::Array& wanted = vector.outputs[k];
    const kernels::ConstView got = interpreter.output(k);
    REQUIRE(got.bytes.size() == wanted.bytes.size());
    tally.elements += wanted.num_elements();
    if (wanted.type == arrays::ElementType::kFloat32) {
      std::vector<float> values(wanted.bytes.size() / sizeof(float));
      std::memcpy(values.data(), wanted.bytes.data(), wanted.bytes.size());
      compare_floats(got.as<float>(), values, tally);
    } else {
      for (size_t i = 0; i < wanted.bytes.size(); ++i) tally.differing_bytes += got.bytes[i] != wanted.bytes[i];
    }
  }
}

// Runs every vector of a case; an error of ours is a failure with its text.
Tally run_case(const ConformanceCase& one) {
  Tally tally;
  tally.cases = 1;
  const auto model = tflite::load_model(one.model_path);
  if (!model.ok()) FAIL(model.error().text());
  auto interpreter = kernels::Interpreter::create(*model);
  if (!interpreter.ok()) FAIL_CHECK(interpreter.error().text());
  if (!interpreter.ok()) return tally;
  const auto vectors = test::load_conformance_vectors(one);
  if (!vectors.ok()) FAIL(vectors.error().text());
  for (const ConformanceVector& vector : *vectors) {
    REQUIRE(vector.inputs.size() == interpreter->num_inputs());
    for (size_t k = 0; k < vector.inputs.size(); ++k) interpreter->set_input(k, vector.inputs[k].bytes);
    interpreter->clear_state();
    const Status status = interpreter->invoke();
    if (!status.ok()) FAIL_CHECK(status.error().text());
    if (!status.ok()) return tally;
    compare(*interpreter, vector, tally);
  }
  return tally;
}

void check(const ConformanceCase& one, const Tally& tally) {
  INFO(one.name << ": " << tally.differing_bytes << " bytes of " << tally.elements << " elements differ, worst share "
                << tally.worst_share << ", worst ulp " << tally.worst_ulp);
  CHECK(tally.differing_bytes == 0);
  if (kElementwise.contains(one.op)) {
    CHECK(tally.worst_ulp <= kUlpBound);
  } else {
    CHECK(tally.worst_share <= kSumBound);
  }
}

}  // namespace

TEST_CASE("kernels equal the reference runtime: integers byte for byte, floats within bounds") {
  const auto folder = test::shared_path_or_skip("conformance");
  if (!folder) return;
  const auto cases = test::load_conformance_cases(*folder);
  REQUIRE(cases.ok());
  std::map<std::string, Tally> tallies;
  for (const ConformanceCase& one : *cases) {
    if (!one.quarantine.empty()) continue;
    INFO(one.name);
    const Tally tally = run_case(one);
    check(one, tally);
    tallies[one.op].add(tally);
  }
  REQUIRE_FALSE(tallies.empty());
  for (const auto& [op, tally] : tallies) {
    fmt::print("{:<30} {:>4} cases {:>10} elements {:>6} bytes differ; float: share {:.1e}, {} ulp\n", op, tally.cases,
               tally.elements, tally.differing_bytes, tally.worst_share, tally.worst_ulp);
  }
}

// The reference kernels against the stored outputs of the reference runtime.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <map>

#include "common/kernels/interpreter.h"
#include "common/tflite/reader.h"
#include "tests/support/conformance.h"
#include "tests/support/shared.h"

using namespace atl;
using test::ConformanceCase;
using test::ConformanceVector;

namespace {

// Float outputs differ from the reference's by the order of sums: within this share of the output's largest magnitude.
constexpr double kFloatBound = 2e-6;

struct Tally {
  int cases = 0, failed = 0;
  int64_t elements = 0, differing_bytes = 0;
  double worst = 0;  // of float outputs, as a share of the largest magnitude
};

// The cases of operators in ops.def whose element types are among these, without the quarantined ones.
std::vector<ConformanceCase> cases_of(const std::vector<std::string>& types) {
  const auto folder = test::shared_path_or_skip("conformance");
  if (!folder) return {};
  const auto all = test::load_conformance_cases(*folder);
  REQUIRE(all.ok());
  std::vector<ConformanceCase> cases;
  for (const ConformanceCase& one : *all) {
    const auto kind = graph::op_kind_from_name(one.op);
    if (kind && one.quarantine.empty() && one.types_within(types)) cases.push_back(one);
  }
  REQUIRE_FALSE(cases.empty());
  return cases;
}

double worst_share(std::span<const uint8_t> got, std::span<const uint8_t> wanted) {
  double largest = 0, difference = 0;
  for (size_t i = 0; i + 4 <= wanted.size(); i += 4) {
    float a = 0, b = 0;
    std::memcpy(&a, &got[i], 4), std::memcpy(&b, &wanted[i], 4);
    if (std::isnan(a) != std::isnan(b)) return std::numeric_limits<double>::infinity();
    if (a == b || std::isnan(a)) continue;
    largest = std::fmax(largest, std::fabs(static_cast<double>(b)));
    difference = std::fmax(difference, std::fabs(static_cast<double>(a) - static_cast<double>(b)));
  }
  for (size_t i = 0; i + 4 <= wanted.size(); i += 4) {
    float b = 0;
    std::memcpy(&b, &wanted[i], 4);
    if (std::isfinite(b)) largest = std::fmax(largest, std::fabs(static_cast<double>(b)));
  }
  return difference == 0 ? 0 : difference / largest;
}

void compare(const kernels::Interpreter& interpreter, const ConformanceVector& vector, Tally& tally) {
  REQUIRE(vector.outputs.size() == interpreter.num_outputs());
  for (size_t k = 0; k < vector.outputs.size(); ++k) {
    const arrays::Array& wanted = vector.outputs[k];
    const kernels::ConstView got = interpreter.output(k);
    REQUIRE(got.bytes.size() == wanted.bytes.size());
    tally.elements += wanted.num_elements();
    if (wanted.type == arrays::ElementType::kFloat32) {
      tally.worst = std::fmax(tally.worst, worst_share(got.bytes, wanted.bytes));
    }
    for (size_t i = 0; i < wanted.bytes.size(); ++i) tally.differing_bytes += got.bytes[i] != wanted.bytes[i];
  }
}

// Runs every vector of a case; an error of ours is a failure with its text.
void run_case(const ConformanceCase& one, Tally& tally) {
  INFO(one.name);
  const auto model = tflite::load_model(one.model_path);
  if (!model.ok()) FAIL(model.error().text());
  auto interpreter = kernels::Interpreter::create(*model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  const auto vectors = test::load_conformance_vectors(one);
  if (!vectors.ok()) FAIL(vectors.error().text());
  for (const ConformanceVector& vector : *vectors) {
    REQUIRE(vector.inputs.size() == interpreter->num_inputs());
    for (size_t k = 0; k < vector.inputs.size(); ++k) interpreter->set_input(k, vector.inputs[k].bytes);
    const Status status = interpreter->invoke();
    if (!status.ok()) FAIL(status.error().text());
    compare(*interpreter, vector, tally);
  }
}

std::map<std::string, Tally> run_all(const std::vector<ConformanceCase>& cases, bool exact) {
  std::map<std::string, Tally> tallies;
  for (const ConformanceCase& one : cases) {
    Tally tally;
    run_case(one, tally);
    INFO(one.name << ": " << tally.differing_bytes << " of " << tally.elements << " elements differ, worst share "
                  << tally.worst);
    if (exact) {
      CHECK(tally.differing_bytes == 0);
    } else {
      CHECK(tally.worst <= kFloatBound);
    }
    Tally& sum = tallies[one.op];
    sum.cases += 1;
    sum.elements += tally.elements;
    sum.differing_bytes += tally.differing_bytes;
    sum.worst = std::fmax(sum.worst, tally.worst);
  }
  return tallies;
}

void print(const char* title, const std::map<std::string, Tally>& tallies) {
  for (const auto& [op, tally] : tallies) {
    fmt::print("{:<8} {:<18} {:>4} cases {:>10} elements {:>8} bytes differ, worst share {:.1e}\n", title, op,
               tally.cases, tally.elements, tally.differing_bytes, tally.worst);
  }
}

}  // namespace

TEST_CASE("int8 and uint8 kernels equal the reference runtime byte for byte") {
  const auto cases = cases_of({"int8", "uint8", "int32"});
  print("integer", run_all(cases, true));
}

TEST_CASE("conversions, and the int16 kernels there are, equal the reference runtime byte for byte") {
  std::vector<ConformanceCase> cases;
  for (const ConformanceCase& one : cases_of({"int8", "uint8", "int16", "int32", "float32"})) {
    const bool is_float = one.type.find("float32") != std::string::npos;
    const bool converts = one.op == "QUANTIZE" || one.op == "DEQUANTIZE";
    const auto model = tflite::load_model(one.model_path);
    if (!model.ok()) FAIL(model.error().text());
    if ((converts || (!is_float && one.type.find("int16") != std::string::npos)) &&
        kernels::Interpreter::create(*model).ok())
      cases.push_back(one);
  }
  if (cases.empty()) return;
  CHECK(cases.size() > 50);
  print("exact", run_all(cases, true));
}

TEST_CASE("float32 kernels are within the bound of the reference runtime") {
  const auto cases = cases_of({"float32"});
  std::vector<ConformanceCase> arithmetic;
  for (const ConformanceCase& one : cases) {
    if (one.op != "QUANTIZE" && one.op != "DEQUANTIZE") arithmetic.push_back(one);
  }
  print("float32", run_all(arithmetic, false));
}

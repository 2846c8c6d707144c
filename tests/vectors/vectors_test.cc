// The stored vectors of the reference runtime against the kernels and against compiled programs on every machine.
#include <catch2/catch.hpp>

#include "common/kernels/interpreter.h"
#include "common/tflite/reader.h"
#include "tests/compiled/compiled_check.h"
#include "tests/support/conformance.h"

using namespace atl;

namespace {

void check_kernels(const graph::Model& model, const test::ConformanceVector& vector) {
  auto interpreter = kernels::Interpreter::create(model);
  REQUIRE(interpreter.ok());
  for (size_t i = 0; i < vector.inputs.size(); ++i) interpreter->set_input(i, vector.inputs[i].bytes);
  REQUIRE(interpreter->invoke().ok());
  REQUIRE(vector.outputs.size() == interpreter->num_outputs());
  for (size_t k = 0; k < vector.outputs.size(); ++k) {
    const auto got = interpreter->output(k).bytes;
    CHECK(Bytes(got.begin(), got.end()) == vector.outputs[k].bytes);
  }
}

void check_simulator(const graph::Model& model, const test::ConformanceVector& vector) {
  std::vector<Bytes> inputs;
  for (const arrays::Array& array : vector.inputs) inputs.push_back(array.bytes);
  for (const char* name : {"edge", "mcu", "tiny"}) {
    INFO(name);
    const auto check =
        test::check_compiled(model, isa::load_machine(name).value(), {0, inputs, simulator::Fidelity::kCycle});
    if (!check.ok()) FAIL(check.error().text());
    CHECK(check->difference == "");
    CHECK(check->host_ops == 0);
    CHECK(check->tensors > 0);
  }
}

// Operators that the table has for the accelerator, on bytes.
bool is_lowered(const test::ConformanceCase& one) {
  const auto kind = graph::op_kind_from_name(one.op);
  REQUIRE(kind.has_value());
  return graph::op_info(*kind).engine != graph::Engine::kHost && one.types_within({"int8", "uint8"});
}

}  // namespace

TEST_CASE("stored vectors of the reference runtime") {
  const auto cases = test::load_conformance_cases(std::string(ATOLL_SOURCE_DIR) + "/tests/vectors/stored");
  REQUIRE(cases.ok());
  REQUIRE(cases->size() >= 90);
  for (const test::ConformanceCase& one : *cases) {
    INFO(one.name);
    const auto model = tflite::load_model(one.model_path);
    if (!model.ok()) FAIL(model.error().text());
    const auto vectors = test::load_conformance_vectors(one);
    REQUIRE(vectors.ok());
    REQUIRE(vectors->size() == static_cast<size_t>(one.vectors));
    for (const test::ConformanceVector& vector : *vectors) {
      check_kernels(*model, vector);
      if (is_lowered(one)) check_simulator(*model, vector);
    }
  }
}

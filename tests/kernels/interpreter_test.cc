#include "common/kernels/interpreter.h"

#include "tests/graph/sample_model.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;

namespace {

// x -> relu -> relu -> relu, 4 KiB each.
graph::Model chain() {
  graph::GraphBuilder b;
  int32_t tensor = b.add_input("x", DType::kFloat32, {1024});
  for (int i = 0; i < 3; ++i) tensor = b.unary(OpKind::kRelu, tensor, {fmt::format("r{}", i)});
  b.mark_output(tensor);
  return b.finish();
}

}  // namespace

TEST_CASE("keeping every tensor changes no output, and invocations don't see each other") {
  const graph::Model model = graph::testing::int8_network();
  auto plain = Interpreter::create(model);
  InterpreterOptions options;
  options.preserve_all = true;
  auto kept = Interpreter::create(model, options);
  REQUIRE(plain.ok());
  REQUIRE(kept.ok());
  std::vector<Bytes> first_round;
  for (int round = 0; round < 2; ++round) {
    for (uint64_t seed = 0; seed < 4; ++seed) {
      const auto inputs = random_inputs(model.main(), seed);
      plain->set_input(0, (*inputs)[0]);
      kept->set_input(0, (*inputs)[0]);
      REQUIRE(plain->invoke().ok());
      REQUIRE(kept->invoke().ok());
      const ConstView a = plain->output(0), b = kept->output(0);
      const Bytes bytes(a.bytes.begin(), a.bytes.end());
      CHECK(bytes == Bytes(b.bytes.begin(), b.bytes.end()));
      if (round == 0) first_round.push_back(bytes);
      CHECK(bytes == first_round[seed]);
    }
  }
  CHECK(first_round[0] != first_round[1]);
}

TEST_CASE("which tensors can be read") {
  const graph::Model model = chain();
  auto plain = Interpreter::create(model);
  InterpreterOptions options;
  options.preserve_all = true;
  auto kept = Interpreter::create(model, options);
  for (size_t i = 0; i < 4; ++i) {
    CHECK(plain->has_tensor(i) == (i == 3));
    CHECK(kept->has_tensor(i));
  }
  CHECK(plain->memory_bytes() == 2 * 4096);
  CHECK(kept->memory_bytes() == 4 * 4096);
  const std::vector<float> x(1024, 2.5f);
  kept->set_input(0, bytes_of(x));
  REQUIRE(kept->invoke().ok());
  for (size_t i = 0; i < 4; ++i) CHECK(values_of<float>(kept->tensor(i).bytes) == x);
  CHECK(kept->tensor(2).type == DType::kFloat32);
  CHECK(kept->tensor(2).shape.size() == 1);
}

TEST_CASE("outputs may be inputs or constants") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {2});
  const int32_t c = b.add_constant("c", {1}, std::vector<int32_t>{42});
  b.mark_output(x);
  b.mark_output(c);
  graph::Model model = b.finish();
  const auto outputs = run_model(model, {bytes_of(std::vector<int32_t>{7, -1})});
  CHECK(values_of<int32_t>(outputs[0]) == std::vector<int32_t>{7, -1});
  CHECK(values_of<int32_t>(outputs[1]) == std::vector<int32_t>{42});
}

TEST_CASE("a model beyond the memory limit is refused with what it needs") {
  const graph::Model model = chain();
  InterpreterOptions options;
  options.memory_limit_bytes = 8000;
  const auto whole = Interpreter::create(model, options);
  REQUIRE_FALSE(whole.ok());
  CHECK(whole.error().code() == ErrorCode::kDoesNotFit);
  CHECK(whole.error().text() == "the model's tensors need 8192 bytes at once, and the limit is 8000");
  options.memory_limit_bytes = 4000;
  const auto one = Interpreter::create(model, options);
  REQUIRE_FALSE(one.ok());
  CHECK(one.error().text() == "tensor #0 'x' alone needs 4096 bytes, and the limit is 4000");
}

TEST_CASE("tensors without elements pass through") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {0, 4});
  const int32_t y = b.unary(OpKind::kRelu, x, {"y"});
  b.mark_output(b.reshape(y, {4, 0}, {"r"}));
  CHECK(run_model(b.finish(), {{}})[0].empty());
}

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>

#include "common/graph/builder.h"
#include "common/graph/verifier.h"
#include "common/kernels/interpreter.h"
#include "common/numerics/fake_quant.h"

using namespace atl;

namespace {

graph::Model model_of(graph::FakeQuantAttrs attrs, int32_t count) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", graph::DType::kFloat32, {count});
  b.mark_output(b.add_op(graph::OpKind::kFakeQuant, graph::FakeQuantAttrs{}, {x}, {"y"}));
  b.subgraph().ops[0].attrs = attrs;
  return b.finish();
}

std::vector<float> run(graph::FakeQuantAttrs attrs, const std::vector<float>& values) {
  const graph::Model model = model_of(attrs, static_cast<int32_t>(values.size()));
  REQUIRE(graph::verify(model).ok());
  auto interpreter = kernels::Interpreter::create(model);
  REQUIRE(interpreter.ok());
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  interpreter->set_input(0, bytes);
  REQUIRE(interpreter->invoke().ok());
  std::vector<float> result(values.size());
  std::memcpy(result.data(), interpreter->output(0).bytes.data(), bytes.size());
  return result;
}

}  // namespace

// The expected numbers are worked out by hand from the range that contains 0 among its steps.
TEST_CASE("FAKE_QUANT rounds to the steps of its range, moved so that 0 is one of them") {
  // 255 steps of 0.5 from -32: 0 is step 64.
  CHECK(run({-32, 95.5f, 8, false}, {0, 0.24f, 0.25f, -0.26f, 1000, -1000}) ==
        std::vector<float>{0, 0, 0.5f, -0.5f, 95.5f, -32});
  // 0 lies between steps 76 and 77 of [-0.3, 0.7]: it moves to -77 .. 178 steps of 1/255.
  const numerics::NudgedRange moved = numerics::nudge(-0.3f, 0.7f, 8, false);
  CHECK(moved.zero_point == 77);
  CHECK(moved.min == Approx(-77.0 / 255));
  const std::vector<float> ends = run({-0.3f, 0.7f, 8, false}, {0, -1, 1});
  CHECK(ends[0] == 0);
  CHECK(ends[1] == moved.min);
  CHECK(ends[2] == Approx(178.0 / 255));
  // A range that doesn't contain 0 keeps its width and starts or ends there.
  CHECK(run({2, 17, 4, false}, {-3, 0.6f, 15.4f, 20}) == std::vector<float>{0, 1, 15, 15});
}

TEST_CASE("FAKE_QUANT over a narrow range has one step less and is symmetric") {
  const numerics::NudgedRange range = numerics::nudge(-127, 127, 8, true);
  CHECK(range.zero_point == 128);
  CHECK(run({-127, 127, 8, true}, {-127, 127, 0.6f, -500, 500}) == std::vector<float>{-127, 127, 1, -127, 127});
}

TEST_CASE("FAKE_QUANT is refused with bits or a range that make no steps") {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const graph::FakeQuantAttrs attrs :
       {graph::FakeQuantAttrs{-1, 1, 1, false}, graph::FakeQuantAttrs{-1, 1, 17, false}}) {
    const Status status = graph::verify(model_of(attrs, 4));
    REQUIRE(!status.ok());
    CHECK(status.error().text().find(fmt::format("it has {} bits; 2 to 16 are possible", attrs.num_bits)) !=
          std::string::npos);
  }
  for (const graph::FakeQuantAttrs attrs :
       {graph::FakeQuantAttrs{1, 1, 8, false}, graph::FakeQuantAttrs{1, -1, 8, false},
        graph::FakeQuantAttrs{-infinity, 1, 8, false}, graph::FakeQuantAttrs{0, 1e-44f, 8, false}}) {
    const Status status = graph::verify(model_of(attrs, 4));
    REQUIRE(!status.ok());
    CHECK(status.error().text().find("it must grow and be finite") != std::string::npos);
  }
}

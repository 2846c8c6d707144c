// What the reference runtime is no judge of.
#include "runtime/deviations.h"

#include <catch2/catch.hpp>

#include "common/graph/builder.h"

using namespace atl;
using graph::DType;
using graph::OpKind;

namespace {

graph::Model summed(DType type) {
  graph::GraphBuilder b;
  const auto quant = graph::per_tensor(0.5f, 0);
  const int32_t x = b.add_input("x", type, {2, 3}, quant);
  const int32_t first = b.unary(OpKind::kRelu, x, {"first", type, quant});
  const int32_t axes = b.add_constant<int32_t>("axes", {1}, {1});
  const int32_t sum = b.add_op(OpKind::kSum, graph::ReduceAttrs{}, {first, axes}, graph::Output{"sum", type, quant});
  b.mark_output(b.unary(OpKind::kRelu, sum, {"last", type, quant}));
  return b.finish();
}

}  // namespace

TEST_CASE("SUM of int8 is a known deviation, and what depends on it is not judged") {
  const graph::Model model = summed(DType::kInt8);
  const auto found = runtime::known_deviations(model.main());
  REQUIRE(found.size() == 1);
  CHECK(found[0].op == 1);
  CHECK(found[0].why == "the reference reads int8 operands of SUM as uint8");
  const auto behind = runtime::behind_deviations(model.main(), found);
  CHECK(behind == std::vector<bool>{false, false, false, true, true});
}

TEST_CASE("SUM of uint8 is no deviation") { CHECK(runtime::known_deviations(summed(DType::kUint8).main()).empty()); }

TEST_CASE("scales beyond the reference's shifts are a deviation") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt8, {4}, graph::per_tensor(0.5f, 0));
  b.mark_output(b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {x, x},
                         graph::Output{"y", DType::kInt8, graph::per_tensor(3e-35f, 0)}));
  CHECK(runtime::known_deviations(b.finish().main()).size() == 1);
}

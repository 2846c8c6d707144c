// Output scales so small that the multiplier's left shift exceeds 31 bits: the lane programs saturate as the kernels do
// (docs/numerics.md, where the reference is undefined).
#include <catch2/catch.hpp>

#include "common/graph/builder.h"
#include "tests/compiler/on_accelerator.h"

using namespace atl;
using test::require_equal;

namespace {

graph::Model make_add(float output_scale) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", graph::DType::kInt8, {1, 300}, graph::per_tensor(0.02f, 3));
  const int32_t y = b.add_input("y", graph::DType::kInt8, {1, 300}, graph::per_tensor(0.05f, -7));
  b.mark_output(b.add(x, y, {}, {"sum", graph::DType::kInt8, graph::per_tensor(output_scale, 5)}));
  return b.finish();
}

graph::Model make_mean(float output_scale) {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", graph::DType::kInt8, {1, 3, 3, 16}, graph::per_tensor(0.02f, 3));
  b.mark_output(b.mean(x, {1, 2}, false, {"mean", graph::DType::kInt8, graph::per_tensor(output_scale, 5)}));
  return b.finish();
}

}  // namespace

TEST_CASE("tiny output scales saturate on the accelerator as in the kernels") {
  for (const float scale : {1e-6f, 1e-10f, 1e-15f, 1e-18f, 1e-38f}) {
    INFO(scale);
    require_equal(make_add(scale));
    require_equal(make_mean(scale));
  }
}

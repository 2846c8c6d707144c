// Ops in as few segments as their dependences allow.
#include "compiler/partition.h"

#include <catch2/catch.hpp>

#include "common/graph/builder.h"
#include "compiler/compile.h"
#include "compiler/lower/op_rules.h"

using namespace atl;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;

namespace {

const graph::Quantization kQuant = graph::per_tensor(0.1f, 0);

struct Branches : GraphBuilder {
  int32_t on_accelerator(int32_t x) { return unary(OpKind::kRelu, x, {"a", DType::kInt8, kQuant}); }
  int32_t on_host(int32_t x) {
    const int32_t real = unary(OpKind::kDequantize, x, {"h", DType::kFloat32, {}});
    return unary(OpKind::kQuantize, real, {"q", DType::kInt8, kQuant});
  }
  int32_t input() { return add_input("x", DType::kInt8, {4}, kQuant); }
};

compiler::Partition partition_of(const graph::Model& model) {
  std::vector<std::optional<std::string>> reasons;
  for (const graph::Op& op : model.main().ops) {
    reasons.push_back(compiler::why_not_on_accelerator({model.main(), op}));
  }
  return compiler::partition(model.main(), std::move(reasons));
}

}  // namespace

TEST_CASE("an op on the host does not part what does not depend on it") {
  Branches b;
  const int32_t x = b.input();
  const int32_t first = b.on_accelerator(x);       // 0
  b.mark_output(b.on_host(first));                 // 1, 2
  const int32_t second = b.on_accelerator(first);  // 3
  b.mark_output(b.on_host(second));                // 4, 5
  b.mark_output(b.on_accelerator(second));         // 6
  const graph::Model model = b.finish();
  const compiler::Partition partition = partition_of(model);
  REQUIRE(partition.segments.size() == 1);
  CHECK(partition.segments[0].ops == std::vector<int32_t>{0, 3, 6});
  REQUIRE(partition.steps.size() == 5);
  CHECK(partition.steps[0].segment == 0);
  const auto compiled = compiler::compile(model, isa::load_machine("edge").value(), {});
  REQUIRE(compiled.ok());
  CHECK(compiled->model.main().ops.size() == 5);
}

TEST_CASE("an op on the host parts what it needs from what needs it") {
  Branches b;
  const int32_t before = b.on_accelerator(b.input());                                      // 0
  const int32_t between = b.on_host(before);                                               // 1, 2
  const int32_t after = b.on_accelerator(between);                                         // 3
  b.mark_output(b.add(after, b.on_accelerator(before), {}, {"y", DType::kInt8, kQuant}));  // 4, 5
  const compiler::Partition partition = partition_of(b.finish());
  REQUIRE(partition.segments.size() == 2);
  CHECK(partition.segments[0].ops == std::vector<int32_t>{0, 4});
  CHECK(partition.segments[1].ops == std::vector<int32_t>{3, 5});
  std::vector<int32_t> host_ops;
  for (const auto& step : partition.steps) {
    if (step.segment < 0) host_ops.push_back(step.host_op);
  }
  CHECK(host_ops == std::vector<int32_t>{1, 2});
}

TEST_CASE("work on the host that needs nothing goes first where that saves a segment") {
  Branches b;
  const int32_t x = b.input();
  const int32_t one = b.on_accelerator(x);                          // 0
  const int32_t two = b.on_host(x);                                 // 1, 2
  b.mark_output(b.add(one, two, {}, {"y", DType::kInt8, kQuant}));  // 3
  const compiler::Partition partition = partition_of(b.finish());
  CHECK(partition.steps.front().host_op == 1);
  CHECK(partition.segments.back().ops.back() == 3);
}

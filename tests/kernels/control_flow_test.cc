// Subgraphs that call each other, variables, and shapes that only the values tell.
#include "common/graph/open_shapes.h"
#include "common/graph/verifier.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;

namespace {

graph::Tensor tensor(std::string name, DType type, graph::Shape shape) {
  graph::Tensor result;
  result.name = std::move(name), result.type = type, result.shape = std::move(shape), result.has_rank = true;
  return result;
}

int32_t add_op(GraphBuilder& b, OpKind kind, std::vector<int32_t> inputs, graph::Tensor output,
               graph::Attributes attrs) {
  return b.add_op(kind, std::move(attrs), std::move(inputs), std::vector<graph::Tensor>{std::move(output)});
}
int32_t add_op(GraphBuilder& b, OpKind kind, std::vector<int32_t> inputs, graph::Tensor output) {
  return add_op(b, kind, std::move(inputs), std::move(output), graph::default_attributes(kind));
}

int32_t handle(GraphBuilder& b, const char* name) {
  return add_op(b, OpKind::kVarHandle, {}, tensor(name, DType::kResource, {}), graph::VarHandleAttrs{"", name});
}

// total += x, total from a variable that subgraph 1 sets to `start` at the first invocation.
graph::Model running_total(float start, bool initialize) {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {2});
  if (initialize) b.add_op(OpKind::kCallOnce, graph::CallOnceAttrs{1}, {}, std::vector<graph::Tensor>{});
  const int32_t total = handle(b, "total");
  const int32_t before = add_op(b, OpKind::kReadVariable, {total}, tensor("before", DType::kFloat32, {2}));
  const int32_t after = b.add(before, x, {}, {"after"});
  b.add_op(OpKind::kAssignVariable, graph::NoAttrs{}, {total, after}, std::vector<graph::Tensor>{});
  b.mark_output(after);
  graph::Model model = b.finish();
  GraphBuilder init("init");
  const int32_t same = handle(init, "total");
  const int32_t value = init.add_constant<float>("start", {2}, {start, 2 * start});
  init.add_op(OpKind::kAssignVariable, graph::NoAttrs{}, {same, value}, std::vector<graph::Tensor>{});
  model.subgraphs.push_back(init.finish().main());
  return model;
}

std::vector<float> next_total(Interpreter& interpreter, std::vector<float> x) {
  interpreter.set_input(0, bytes_of(x));
  const Status done = interpreter.invoke();
  if (!done.ok()) FAIL(done.error().text());
  return values_of<float>(interpreter.output(0).bytes);
}

// A subgraph of one elementwise operator on int32, its input and a constant.
graph::Subgraph with_constant(OpKind kind, graph::Shape shape, int32_t constant, DType result,
                              const graph::Attributes& attrs) {
  GraphBuilder b("body");
  const int32_t x = b.add_input("i", DType::kInt32, shape);
  const int32_t c = b.add_constant<int32_t>("c", {1}, {constant});
  b.mark_output(add_op(b, kind, {x, c}, tensor("r", result, shape), attrs));
  return b.finish().main();
}

}  // namespace

TEST_CASE("a variable keeps its value until the state is cleared") {
  const graph::Model model = running_total(10, true);
  REQUIRE(graph::verify(model).ok());
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  CHECK(next_total(*interpreter, {1, 2}) == std::vector<float>{11, 22});
  CHECK(next_total(*interpreter, {1, 2}) == std::vector<float>{12, 24});
  interpreter->clear_state();
  CHECK(next_total(*interpreter, {5, 5}) == std::vector<float>{15, 25});
}

TEST_CASE("a variable that nothing was assigned to can't be read") {
  const graph::Model model = running_total(10, false);
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  interpreter->set_input(0, bytes_of(std::vector<float>{1, 2}));
  const Status done = interpreter->invoke();
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().text() == "READ_VARIABLE #1 'before': reads a variable that nothing has been assigned to");
}

TEST_CASE("IF runs one of two subgraphs") {
  GraphBuilder b;
  const int32_t condition = b.add_input("condition", DType::kBool, {});
  const int32_t x = b.add_input("x", DType::kInt32, {3});
  b.mark_output(add_op(b, OpKind::kIf, {condition, x}, tensor("y", DType::kInt32, {3}), graph::IfAttrs{1, 2}));
  graph::Model model = b.finish();
  model.subgraphs.push_back(with_constant(OpKind::kAdd, {3}, 100, DType::kInt32, graph::AddAttrs{}));
  model.subgraphs.push_back(with_constant(OpKind::kAdd, {3}, -100, DType::kInt32, graph::AddAttrs{}));
  const Bytes values = bytes_of(std::vector<int32_t>{1, 2, 3});
  CHECK(values_of<int32_t>(run_model(model, {{1}, values})[0]) == std::vector<int32_t>{101, 102, 103});
  CHECK(values_of<int32_t>(run_model(model, {{0}, values})[0]) == std::vector<int32_t>{-99, -98, -97});
}

TEST_CASE("WHILE runs its body as long as its condition holds") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {1});
  b.mark_output(add_op(b, OpKind::kWhile, {x}, tensor("y", DType::kInt32, {1}), graph::WhileAttrs{1, 2}));
  graph::Model model = b.finish();
  model.subgraphs.push_back(with_constant(OpKind::kLess, {1}, 10, DType::kBool, graph::NoAttrs{}));
  model.subgraphs.push_back(with_constant(OpKind::kAdd, {1}, 4, DType::kInt32, graph::AddAttrs{}));
  for (const auto& [from, to] : {std::pair{-7, 13}, {10, 10}, {9, 13}}) {
    CHECK(values_of<int32_t>(run_model(model, {bytes_of(std::vector<int32_t>{from})})[0]) == std::vector<int32_t>{to});
  }
}

TEST_CASE("a loop may change the shape of what goes round") {
  // x is joined with itself three times; the counter is the other value that goes round.
  GraphBuilder b;
  const int32_t count = b.add_input("count", DType::kInt32, {1});
  const int32_t x = b.add_input("x", DType::kInt32, {2});
  std::vector<graph::Tensor> results = {tensor("n", DType::kInt32, {1}), tensor("long", DType::kInt32, {2})};
  const int32_t first = b.add_op(OpKind::kWhile, graph::WhileAttrs{1, 2}, {count, x}, results);
  b.mark_output(add_op(b, OpKind::kAdd, {first + 1, first}, tensor("sum", DType::kInt32, {2})));
  graph::Model model = b.finish();
  GraphBuilder condition("condition");
  const int32_t n = condition.add_input("n", DType::kInt32, {1});
  condition.add_input("x", DType::kInt32, {2});
  condition.mark_output(add_op(condition, OpKind::kLess, {n, condition.add_constant<int32_t>("c", {1}, {3})},
                               tensor("again", DType::kBool, {1})));
  GraphBuilder body("body");
  const int32_t m = body.add_input("n", DType::kInt32, {1});
  const int32_t y = body.add_input("x", DType::kInt32, {2});
  body.mark_output(body.add(m, body.add_constant<int32_t>("one", {1}, {1}), {}, {"next", DType::kInt32}));
  body.mark_output(body.concatenation({y, y}, 0, {"joined", DType::kInt32}));
  model.subgraphs.push_back(condition.finish().main());
  model.subgraphs.push_back(body.finish().main());
  model.main().tensors[static_cast<size_t>(first) + 1].shape_signature = {-1};
  graph::mark_open_shapes(model.main());
  REQUIRE(graph::verify(model).ok());
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  for (const int32_t start : {1, 3, 0}) {
    interpreter->set_input(0, bytes_of(std::vector<int32_t>{start}));
    interpreter->set_input(1, bytes_of(std::vector<int32_t>{5, 6}));
    const Status done = interpreter->invoke();
    if (!done.ok()) FAIL(done.error().text());
    std::vector<int32_t> expected;
    for (int i = 0; i < 1 << (3 - start); ++i) expected.insert(expected.end(), {8, 9});
    CHECK(values_of<int32_t>(interpreter->output(0).bytes) == expected);
    CHECK(interpreter->output(0).shape.size() == 1);
    CHECK(interpreter->output(0).shape[0] == static_cast<int32_t>(expected.size()));
  }
}

TEST_CASE("subgraphs that call each other in a circle are refused") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {1});
  b.mark_output(add_op(b, OpKind::kWhile, {x}, tensor("y", DType::kInt32, {1}), graph::WhileAttrs{0, 0}));
  const graph::Model model = b.finish();
  REQUIRE(graph::verify(model).ok());
  const auto interpreter = Interpreter::create(model);
  REQUIRE_FALSE(interpreter.ok());
  CHECK(interpreter.error().code() == ErrorCode::kUnsupported);
  CHECK(interpreter.error().text().find("is there a circle?") != std::string::npos);
}

TEST_CASE("what depends on constants alone is computed once, and shapes with it") {
  // The input is reshaped to a shape that is computed from its own: 6 x 4 becomes 4 x 6.
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {6, 4});
  const int32_t shape = add_op(b, OpKind::kShape, {x}, tensor("shape", DType::kInt32, {2}));
  const int32_t sum = b.add(b.add_constant<int32_t>("c", {2}, {10, 10}), b.add_constant<int32_t>("minus", {2}, {0, 0}),
                            {}, {"tens", DType::kInt32});
  const int32_t flipped = add_op(b, OpKind::kSub, {sum, shape}, tensor("flipped", DType::kInt32, {2}));
  b.mark_output(add_op(b, OpKind::kReshape, {x, flipped}, tensor("y", DType::kFloat32, {4, 6})));
  const graph::Model model = b.finish();
  REQUIRE(graph::verify(model).ok());
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  Draw draw(1);
  const std::vector<float> values = draw.floats(24);
  interpreter->set_input(0, bytes_of(values));
  REQUIRE(interpreter->invoke().ok());
  CHECK(values_of<float>(interpreter->output(0).bytes) == values);
  CHECK(interpreter->memory_bytes() == 128 + 96);  // the input and the output: nothing else is left
}

TEST_CASE("a shape that is computed from the input is known as it runs") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {6});
  const int32_t wanted = b.add_input("wanted", DType::kInt32, {2});
  const int32_t y = add_op(b, OpKind::kReshape, {x, wanted}, tensor("y", DType::kFloat32, {6}));
  b.mark_output(b.unary(OpKind::kRelu, y, {"z"}));
  graph::Model model = b.finish();
  model.main().tensors[static_cast<size_t>(y)].shape_signature = {-1};
  graph::mark_open_shapes(model.main());
  REQUIRE(graph::verify(model).ok());
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  for (const std::vector<int32_t>& shape : {std::vector<int32_t>{2, 3}, {6, 1}, {-1, 2}}) {
    interpreter->set_input(0, bytes_of(std::vector<float>{-1, 2, -3, 4, -5, 6}));
    interpreter->set_input(1, bytes_of(shape));
    REQUIRE(interpreter->invoke().ok());
    CHECK(values_of<float>(interpreter->output(0).bytes) == std::vector<float>{0, 2, 0, 4, 0, 6});
    CHECK(interpreter->output(0).shape[1] == shape[1]);
  }
  interpreter->set_input(1, bytes_of(std::vector<int32_t>{4, 2}));
  const Status done = interpreter->invoke();
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().text() == "RESHAPE #0 'y': it asks for shape 4x2 of 6 elements (6)");
}

TEST_CASE("a loop that does not end is given up") {
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kInt32, {1});
  b.mark_output(add_op(b, OpKind::kWhile, {x}, tensor("y", DType::kInt32, {1}), graph::WhileAttrs{1, 2}));
  graph::Model model = b.finish();
  model.subgraphs.push_back(with_constant(OpKind::kLess, {1}, 10, DType::kBool, graph::NoAttrs{}));
  model.subgraphs.push_back(with_constant(OpKind::kAdd, {1}, 0, DType::kInt32, graph::AddAttrs{}));
  InterpreterOptions options;
  options.most_turns = 1000;
  auto interpreter = Interpreter::create(model, options);
  REQUIRE(interpreter.ok());
  interpreter->set_input(0, bytes_of(std::vector<int32_t>{10}));
  CHECK(interpreter->invoke().ok());
  interpreter->set_input(0, bytes_of(std::vector<int32_t>{9}));
  const Status done = interpreter->invoke();
  REQUIRE_FALSE(done.ok());
  CHECK(done.error().code() == ErrorCode::kUnsupported);
  CHECK(done.error().text() == "WHILE #0 'y': its condition still holds after 1000 turns; does the loop end?");
}

TEST_CASE("resources that VAR_HANDLE did not make are refused") {
  for (const std::vector<uint8_t>& bytes : {std::vector<uint8_t>{}, {1}, {7, 0, 0, 0}, {255, 255, 255, 255}}) {
    GraphBuilder b;
    const int32_t made_up = b.add_constant("resource", DType::kResource, {}, bytes);
    b.mark_output(add_op(b, OpKind::kReadVariable, {made_up}, tensor("y", DType::kFloat32, {2})));
    const graph::Model model = b.finish();
    REQUIRE(graph::verify(model).ok());
    auto interpreter = Interpreter::create(model);
    REQUIRE(interpreter.ok());
    const Status done = interpreter->invoke();
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().text() == "READ_VARIABLE #0 'y': its resource is no variable: no VAR_HANDLE made it");
  }
}

TEST_CASE("calls whose operands don't fit the subgraph are refused") {
  const auto text = [](std::vector<int32_t> inputs, int32_t callee, bool constant_input = false) {
    GraphBuilder b;
    b.add_input("x", DType::kInt32, {1});
    b.mark_output(
        add_op(b, OpKind::kWhile, std::move(inputs), tensor("y", DType::kInt32, {1}), graph::WhileAttrs{1, callee}));
    graph::Model model = b.finish();
    model.subgraphs.push_back(with_constant(OpKind::kLess, {1}, 10, DType::kBool, graph::NoAttrs{}));
    model.subgraphs.push_back(with_constant(OpKind::kAdd, {1}, 4, DType::kInt32, graph::AddAttrs{}));
    if (constant_input) model.subgraphs[2].tensors[0].data = graph::make_buffer({1, 0, 0, 0});
    const Status verified = graph::verify(model);
    return verified.ok() ? std::string() : verified.error().text();
  };
  CHECK(text({0}, 2).empty());
  CHECK(text({0}, 3) == "WHILE #0 'y' calls subgraph 3 of 3");
  CHECK(text({0, 0}, 2).find("WHILE #0 'y' calls subgraph #1 with 2 operands for 1 results, and it has 1 inputs and 1 "
                             "outputs") == 0);
  CHECK(
      text({graph::kNoTensor}, 2).find("WHILE #0 'y' leaves out an operand; the subgraph it calls needs all of them") ==
      0);
  CHECK(text({0}, 2, true) == "subgraph #2: input tensor #0 'i' is a constant; it can't be both");
}

// The operators that move bytes: RESHAPE, SQUEEZE, PAD, CONCATENATION.
#include <cmath>

#include "common/kernels/registry.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::Shape;

TEST_CASE("RESHAPE and SQUEEZE keep the elements, of any type") {
  for (const DType type : {DType::kFloat32, DType::kInt8, DType::kUint8, DType::kInt16, DType::kInt32, DType::kInt64,
                           DType::kBool, DType::kFloat16}) {
    graph::GraphBuilder b;
    const graph::Quantization quant =
        graph::is_quantized_activation(type) ? graph::per_tensor(1.0f, 0) : graph::Quantization{};
    const int32_t x = b.add_input("x", type, {2, 1, 3}, quant);
    b.mark_output(b.reshape(x, {3, 2}, {"y", type, quant}));
    b.mark_output(b.add_op(OpKind::kSqueeze, graph::SqueezeAttrs{}, {x}, graph::Output{"z", type, quant}));
    Bytes bytes(static_cast<size_t>(6 * graph::dtype_bits(type) / 8));
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(type == DType::kBool ? i % 2 : i);
    const auto outputs = run_model(b.finish(), {bytes});
    CHECK(outputs[0] == bytes);
    CHECK(outputs[1] == bytes);
  }
}

TEST_CASE("PAD puts the input inside zeros, or the zero point") {
  Draw draw(1);
  for (int round = 0; round < 100; ++round) {
    const int rank = draw.range(1, 5);
    Shape in, out;
    std::vector<int32_t> paddings;
    for (int i = 0; i < rank; ++i) {
      in.push_back(draw.range(1, 4));
      paddings.push_back(draw.range(0, 2)), paddings.push_back(draw.range(0, 2));
      out.push_back(in.back() + paddings[paddings.size() - 2] + paddings.back());
    }
    const auto x = draw.integers<int16_t>(graph::num_elements(in));
    const auto q = draw.integers<int8_t>(graph::num_elements(in));
    graph::GraphBuilder b;
    const int32_t wide = b.add_input("x", DType::kInt16, in, graph::per_tensor(1.0f, 0));
    const int32_t narrow = b.add_input("q", DType::kInt8, in, graph::per_tensor(1.0f, -7));
    b.mark_output(b.pad(wide, paddings, {"y", DType::kInt16, graph::per_tensor(1.0f, 0)}));
    b.mark_output(b.pad(narrow, paddings, {"p", DType::kInt8, graph::per_tensor(1.0f, -7)}));
    const auto outputs = run_model(b.finish(), {bytes_of(x), bytes_of(q)});
    const auto got = values_of<int16_t>(outputs[0]);
    const auto got_narrow = values_of<int8_t>(outputs[1]);
    REQUIRE(got.size() == static_cast<size_t>(graph::num_elements(out)));
    for (size_t i = 0; i < got.size(); ++i) {
      size_t rest = i, from = 0, stride = 1;
      bool inside = true;
      for (size_t axis = in.size(); axis-- > 0;) {
        const auto at = static_cast<int32_t>(rest % static_cast<size_t>(out[axis])) - paddings[2 * axis];
        rest /= static_cast<size_t>(out[axis]);
        inside = inside && at >= 0 && at < in[axis];
        from += static_cast<size_t>(std::max(at, 0)) * stride;
        stride *= static_cast<size_t>(in[axis]);
      }
      REQUIRE(got[i] == (inside ? x[from] : 0));
      REQUIRE(got_narrow[i] == (inside ? q[from] : -7));
    }
  }
}

TEST_CASE("paddings and shapes that are not constant are checked when they are known") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {2});
  const int32_t paddings = b.add_input("paddings", DType::kInt64, {1, 2});
  const int32_t shape = b.add_input("shape", DType::kInt32, {2});
  const auto tensor = [](const char* name, Shape extents) {
    graph::Tensor out;
    out.name = name, out.shape = std::move(extents), out.has_rank = true;
    return std::vector<graph::Tensor>{out};
  };
  b.mark_output(b.add_op(OpKind::kPad, graph::NoAttrs{}, {x, paddings}, tensor("y", {4})));
  b.mark_output(b.add_op(OpKind::kReshape, graph::ReshapeAttrs{}, {x, shape}, tensor("z", {1, 2})));
  const graph::Model model = b.finish();
  auto interpreter = Interpreter::create(model);
  REQUIRE(interpreter.ok());
  const auto run = [&](std::vector<int64_t> pads, std::vector<int32_t> extents) {
    interpreter->set_input(0, bytes_of(std::vector<float>{1, 2}));
    interpreter->set_input(1, bytes_of(pads));
    interpreter->set_input(2, bytes_of(extents));
    const Status status = interpreter->invoke();
    return status.ok() ? "" : status.error().text();
  };
  CHECK(run({1, 1}, {1, -1}).empty());
  CHECK(values_of<float>(interpreter->output(0).bytes) == std::vector<float>{0, 1, 2, 0});
  CHECK(run({0, 2}, {1, 2}).empty());
  CHECK(run({1, 2}, {2, 1}).empty());
  CHECK(values_of<float>(interpreter->output(0).bytes) == std::vector<float>{0, 1, 2, 0, 0});
  CHECK(graph::Shape(interpreter->output(1).shape.begin(), interpreter->output(1).shape.end()) == Shape{2, 1});
  CHECK(run({-1, 3}, {1, 2}) ==
        "PAD #0 'y': it pads axis 0 of its input 2 by -1 and 3; both must be 0 or more and the result below 2^31");
  CHECK_FALSE(run({1, 1}, {-1, -1}).empty());
}

TEST_CASE("CONCATENATION joins along any axis") {
  Draw draw(2);
  for (int round = 0; round < 100; ++round) {
    const int rank = draw.range(1, 4), parts = draw.range(1, 4), axis = draw.range(0, rank - 1);
    Shape shape;
    for (int i = 0; i < rank; ++i) shape.push_back(draw.range(1, 4));
    graph::GraphBuilder b;
    std::vector<int32_t> tensors;
    std::vector<Bytes> inputs;
    std::vector<std::vector<int32_t>> values;
    std::vector<Shape> shapes;
    for (int part = 0; part < parts; ++part) {
      shapes.push_back(shape);
      shapes.back()[static_cast<size_t>(axis)] = draw.range(1, 4);
      values.push_back(draw.integers<int32_t>(graph::num_elements(shapes.back())));
      inputs.push_back(bytes_of(values.back()));
      tensors.push_back(b.add_input(fmt::format("x{}", part), DType::kInt32, shapes.back()));
    }
    b.mark_output(b.concatenation(tensors, draw.range(0, 1) ? axis : axis - rank, {"y", DType::kInt32}));
    const auto got = values_of<int32_t>(run_model(b.finish(), inputs)[0]);
    // Element by element: which part, and where in it.
    int32_t joined = 0;
    for (const Shape& part : shapes) joined += part[static_cast<size_t>(axis)];
    size_t inner = 1;
    for (size_t i = static_cast<size_t>(axis) + 1; i < shape.size(); ++i) inner *= static_cast<size_t>(shape[i]);
    for (size_t i = 0; i < got.size(); ++i) {
      const size_t outer = i / inner / static_cast<size_t>(joined);
      auto at = static_cast<int32_t>(i / inner % static_cast<size_t>(joined));
      size_t part = 0;
      while (at >= shapes[part][static_cast<size_t>(axis)]) at -= shapes[part++][static_cast<size_t>(axis)];
      const auto extent = static_cast<size_t>(shapes[part][static_cast<size_t>(axis)]);
      REQUIRE(got[i] == values[part][(outer * extent + static_cast<size_t>(at)) * inner + i % inner]);
    }
  }
}

TEST_CASE("uint8 CONCATENATION brings its operands to the output's scale, in float32") {
  graph::GraphBuilder b;
  const int32_t a = b.add_input("a", DType::kUint8, {256}, graph::per_tensor(0.02f, 100));
  const int32_t c = b.add_input("c", DType::kUint8, {256}, graph::per_tensor(0.05f, 128));
  b.mark_output(b.concatenation({a, c}, 0, {"y", DType::kUint8, graph::per_tensor(0.05f, 128)}));
  Bytes all(256);
  for (size_t i = 0; i < 256; ++i) all[i] = static_cast<uint8_t>(i);
  const Bytes got = run_model(b.finish(), {all, all})[0];
  const float scale = 0.02f * (1.0f / 0.05f);
  const float bias = -100.0f * scale;
  for (size_t i = 0; i < 256; ++i) {
    const int expected = static_cast<int>(std::round(static_cast<float>(i) * scale + bias)) + 128;
    CHECK(got[i] == std::min(255, std::max(0, expected)));
    CHECK(got[256 + i] == i);
  }
}

TEST_CASE("int8 operands of another scale are refused by name") {
  graph::GraphBuilder b;
  const int32_t a = b.add_input("a", DType::kInt8, {2}, graph::per_tensor(0.5f, 0));
  const int32_t c = b.add_input("c", DType::kInt8, {2}, graph::per_tensor(0.5f, 0));
  b.mark_output(b.concatenation({a, c}, 0, {"y", DType::kInt8, graph::per_tensor(0.5f, 0)}));
  b.tensor(c).quant = graph::per_tensor(0.25f, 0);
  const graph::Model model = b.finish();
  const auto kernel = prepare(model.main(), 0, {});
  REQUIRE_FALSE(kernel.ok());
  CHECK(kernel.error().text() ==
        "CONCATENATION #0 'y': int8 operands must have the output's scale and zero point, and tensor #1 'c' has others "
        "than tensor #2 'y'; requantize it with a QUANTIZE operator");
}

// Models that are wrong in some detail: what passes the verifier is run or refused, and never brings the process down.
#include "tests/graph/sample_model.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;

namespace {

// A number that an extent, an index or an attribute may have been changed to.
int32_t odd_number(Draw& draw) {
  constexpr int32_t numbers[] = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 64, 255, 1 << 16, 2147483647, -2147483647 - 1};
  return numbers[draw.range(0, 14)];
}

void damage_tensor(Draw& draw, graph::Tensor& tensor) {
  constexpr graph::DType types[] = {graph::DType::kFloat32, graph::DType::kInt8,   graph::DType::kUint8,
                                    graph::DType::kInt16,   graph::DType::kInt32,  graph::DType::kInt64,
                                    graph::DType::kInt4,    graph::DType::kFloat16};
  switch (draw.range(0, 6)) {
    case 0: tensor.type = types[draw.range(0, 7)]; break;
    case 1:
      if (!tensor.shape.empty())
        tensor.shape[static_cast<size_t>(draw.range(0, 99)) % tensor.shape.size()] = odd_number(draw);
      break;
    case 2: tensor.shape.push_back(draw.range(0, 2)); break;
    case 3: tensor.quant.zero_point.assign(tensor.quant.scale.size(), odd_number(draw)); break;
    case 4: tensor.quant.scale.assign(tensor.quant.scale.size(), draw.range(0, 1) ? 1e-38f : 1e30f); break;
    case 5:
      tensor.data = draw.range(0, 1) ? nullptr : graph::make_buffer(draw.integers<uint8_t>(draw.range(0, 80)));
      break;
    default: tensor.quant.axis = odd_number(draw); break;
  }
}

struct DamageAttributes {
  Draw& draw;
  template <typename Attrs>
  void operator()(Attrs&) const {}  // of operators that the sample network does not have
  template <typename Window>
  void strides(Window& a) const {
    int32_t* const fields[] = {&a.stride_h, &a.stride_w};
    *fields[draw.range(0, 1)] = odd_number(draw);
    a.padding = draw.range(0, 1) ? graph::Padding::kSame : graph::Padding::kValid;
  }
  void operator()(graph::Conv2DAttrs& a) const {
    draw.range(0, 1) ? strides(a) : void(a.dilation_h = odd_number(draw));
  }
  void operator()(graph::DepthwiseConv2DAttrs& a) const {
    draw.range(0, 1) ? strides(a) : void(a.dilation_w = odd_number(draw));
  }
  void operator()(graph::Pool2DAttrs& a) const { draw.range(0, 1) ? strides(a) : void(a.filter_h = odd_number(draw)); }
  void operator()(graph::FullyConnectedAttrs& a) const { a.keep_num_dims = !a.keep_num_dims; }
  void operator()(graph::AddAttrs& a) const { a.activation = static_cast<graph::Activation>(draw.range(0, 5)); }
  void operator()(graph::ReduceAttrs& a) const { a.keep_dims = !a.keep_dims; }
  void operator()(graph::ReshapeAttrs& a) const { a.new_shape = {odd_number(draw), odd_number(draw)}; }
  void operator()(graph::SqueezeAttrs& a) const { a.squeeze_dims = {odd_number(draw)}; }
  void operator()(graph::SoftmaxAttrs& a) const { a.beta = draw.range(0, 1) ? -1e30f : 1e30f; }
  void operator()(graph::ConcatenationAttrs& a) const { a.axis = odd_number(draw); }
};

void damage_op(Draw& draw, graph::Op& op) {
  if (draw.range(0, 2) == 0) {
    std::visit(DamageAttributes{draw}, op.attrs);
  } else if (!op.inputs.empty()) {
    op.inputs[static_cast<size_t>(draw.range(0, 99)) % op.inputs.size()] = draw.range(-1, 25);
  }
}

// The sample network with one to three changes.
graph::Model damaged(Draw& draw) {
  graph::Model model = graph::testing::int8_network();
  graph::Subgraph& subgraph = model.main();
  const int changes = draw.range(1, 3);
  for (int i = 0; i < changes; ++i) {
    if (draw.range(0, 1)) {
      damage_tensor(draw, subgraph.tensors[static_cast<size_t>(draw.range(0, 9999)) % subgraph.tensors.size()]);
    } else {
      damage_op(draw, subgraph.ops[static_cast<size_t>(draw.range(0, 9999)) % subgraph.ops.size()]);
    }
  }
  return model;
}

}  // namespace

TEST_CASE("a damaged model is refused by the verifier or the kernels, or runs") {
  Draw draw(1);
  int accepted = 0, ran = 0;
  for (int round = 0; round < 20000; ++round) {
    const graph::Model model = damaged(draw);
    if (!graph::verify(model).ok()) continue;
    ++accepted;
    InterpreterOptions options;
    options.memory_limit_bytes = 1 << 20;
    auto interpreter = Interpreter::create(model, options);
    if (!interpreter.ok()) {
      REQUIRE_FALSE(interpreter.error().text().empty());
      continue;
    }
    for (size_t i = 0; i < interpreter->num_inputs(); ++i) {
      const auto bytes = random_inputs(model.main(), static_cast<uint64_t>(round));
      if (bytes.ok()) interpreter->set_input(i, (*bytes)[i]);
    }
    ran += interpreter->invoke().ok() ? 1 : 0;
  }
  INFO(accepted << " passed the verifier, " << ran << " ran");
  CHECK(accepted > 500);
  CHECK(ran > 200);
}

#include "tests/runtime/models.h"

namespace atl::test {

using graph::DType;
using graph::GraphBuilder;
using graph::OpKind;
using graph::per_tensor;

graph::Model float_edges_model() {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kFloat32, {1, 6});
  const int32_t q = builder.unary(OpKind::kQuantize, x, {"q", DType::kInt8, per_tensor(0.02f, 4)});
  const int32_t r = builder.unary(OpKind::kRelu, q, {"r", DType::kInt8, per_tensor(0.01f, -128)});
  std::vector<int8_t> values;
  for (int i = 0; i < 18; ++i) values.push_back(static_cast<int8_t>((i * 53) % 255 - 127));
  const int32_t w = builder.add_constant<int8_t>("w", {3, 6}, values, per_tensor(0.015f, 0));
  const int32_t f = builder.fully_connected(r, w, graph::kNoTensor, {}, {"f", DType::kInt8, per_tensor(0.05f, 7)});
  builder.mark_output(builder.unary(OpKind::kDequantize, f, {"y", DType::kFloat32}));
  return builder.finish();
}

graph::Model two_segment_model() {
  GraphBuilder builder;
  const int32_t x = builder.add_input("x", DType::kInt8, {1, 4, 4, 8}, per_tensor(0.1f, 0));
  const int32_t r1 = builder.unary(OpKind::kRelu, x, {"r1", DType::kInt8, per_tensor(0.06f, -100)});
  const int32_t d = builder.unary(OpKind::kDequantize, r1, {"d", DType::kFloat32});
  const int32_t q = builder.unary(OpKind::kQuantize, d, {"q", DType::kInt8, per_tensor(0.05f, -90)});
  builder.mark_output(builder.unary(OpKind::kRelu, q, {"r2", DType::kInt8, per_tensor(0.07f, -80)}));
  return builder.finish();
}

}  // namespace atl::test

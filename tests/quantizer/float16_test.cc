// Models whose weights are float16, as converters write them, are quantized like their widened form.
#include <catch2/catch.hpp>

#include "common/numerics/half.h"
#include "tests/quantizer/load_model.h"
#include "tests/quantizer/sample_graphs.h"
#include "tests/support/shared.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

// float32 constants in place of DEQUANTIZE of float16 ones.
graph::Model widened(const graph::Model& model) {
  graph::Model result = model;
  graph::Subgraph& subgraph = result.main();
  std::vector<graph::Op> left;
  for (const graph::Op& op : subgraph.ops) {
    const graph::Tensor& from = subgraph.tensors[static_cast<size_t>(op.inputs[0])];
    if (op.kind != OpKind::kDequantize || from.type != DType::kFloat16) {
      left.push_back(op);
      continue;
    }
    std::vector<float> values;
    for (const uint16_t half : constant_values<uint16_t>(from)) values.push_back(numerics::half_to_float(half));
    std::vector<uint8_t> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    subgraph.tensors[static_cast<size_t>(op.outputs[0])].data = graph::make_buffer(std::move(bytes));
  }
  subgraph.ops = std::move(left);
  return result;
}

}  // namespace

TEST_CASE("the tutorial's float16 model becomes the integer model that its widened form becomes") {
  const std::optional<std::string> folder = atl::test::shared_path_or_skip("quantizer/tutorial");
  if (!folder) return;
  const graph::Model half = load(*folder + "/float16.tflite"), wide = widened(half);
  REQUIRE(wide.main().ops.size() + 4 == half.main().ops.size());
  const Scheme scheme = GENERATE(Scheme::kInt8, Scheme::kInt16x8);
  Options options;
  options.scheme = scheme;
  ArraySamples a = spread_samples(half, 20, 0, 1), b = spread_samples(wide, 20, 0, 1);
  const auto from_half = quantize(half, options, a), from_wide = quantize(wide, options, b);
  if (!from_half.ok()) FAIL(from_half.error().text());
  if (!from_wide.ok()) FAIL(from_wide.error().text());
  CHECK(from_half->prepared.starts_with("4 float16 constants widened"));
  CHECK(op_names(from_half->model) == op_names(from_wide->model));
  const auto& ours = from_half->model.main().tensors;
  const auto& theirs = from_wide->model.main().tensors;
  REQUIRE(ours.size() == theirs.size());
  for (size_t t = 0; t < ours.size(); ++t) {
    INFO(ours[t].name);
    CHECK(ours[t].name == theirs[t].name);
    CHECK(ours[t].type == theirs[t].type);
    CHECK(ours[t].quant == theirs[t].quant);
    if (ours[t].is_constant()) CHECK(*ours[t].data == *theirs[t].data);
  }
}

// Elementwise operators. Zero points are chosen so that roots have no negative operands; divisions are left to the live
// comparison, since random operands divide by zero.
#include <vector>

#include "tests/vectors/store_model.h"

namespace atl::vectors {
namespace {

using graph::Attributes;
using graph::DType;
using graph::OpKind;
using graph::per_tensor;

struct Operand {
  graph::Shape shape;
  float scale;
  int zero_point;
};

struct Row {
  OpKind kind;
  const char* suffix;  // of the name, before the type
  Attributes attrs;
  std::vector<DType> types;
  std::vector<Operand> inputs;
  float out_scale;
  int out_zero_point;  // on int8; on uint8 128 more, on int16 0
};

constexpr DType kI8 = DType::kInt8, kU8 = DType::kUint8, kI16 = DType::kInt16;

graph::Quantization quantization(DType type, float scale, int zero_point) {
  if (type == kI16) return per_tensor(scale, 0);
  return per_tensor(scale, type == kU8 ? zero_point + 128 : zero_point);
}

std::vector<Row> two_operands() {
  const graph::Activation relu = graph::Activation::kRelu, none = graph::Activation::kNone;
  const Operand whole{{2, 6, 1, 9}, 0.05f, 7}, part{{6, 5, 1}, 0.03f, -20}, words{{4, 50}, 0.0003f, 0};
  const Operand row{{50}, 0.0002f, 0}, power{{4, 50}, 0.000244140625f, 0}, half_power{{4, 50}, 0.0001220703125f, 0};
  return {
      {OpKind::kAdd, "", graph::AddAttrs{none, false}, {kI16}, {words, row}, 0.0004f, 0},
      {OpKind::kAdd, "_pot", graph::AddAttrs{relu, true}, {kI16}, {power, half_power}, 0.000244140625f, 0},
      {OpKind::kSub, "", graph::AddAttrs{relu, false}, {kI8, kU8}, {whole, part}, 0.06f, 3},
      {OpKind::kSub, "", graph::AddAttrs{none, false}, {kI16}, {words, row}, 0.0004f, 0},
      {OpKind::kMul, "", graph::ActivationAttrs{none}, {kI8, kU8}, {whole, part}, 0.1f, 3},
      {OpKind::kMul, "", graph::ActivationAttrs{none}, {kI16}, {words, row}, 0.0009f, 0},
      {OpKind::kSquaredDifference, "", graph::NoAttrs{}, {kI8}, {whole, part}, 0.4f, -128},
      {OpKind::kPrelu, "", graph::NoAttrs{}, {kI8, kU8}, {whole, {{9}, 0.008f, 11}}, 0.04f, -50},
      {OpKind::kMaximum, "", graph::NoAttrs{}, {kI8, kU8}, {whole, {{9}, 0.05f, 7}}, 0.05f, 7},
      {OpKind::kMinimum, "", graph::NoAttrs{}, {kI16}, {words, {{50}, 0.0003f, 0}}, 0.0003f, 0},
  };
}

std::vector<Row> comparisons() {
  const Operand a{{4, 50}, 0.05f, 7}, b{{4, 50}, 0.04f, -1};
  std::vector<Row> rows;
  for (const OpKind kind : {OpKind::kEqual, OpKind::kNotEqual, OpKind::kLess, OpKind::kLessEqual, OpKind::kGreater,
                            OpKind::kGreaterEqual}) {
    rows.push_back({kind, "", graph::NoAttrs{}, {kI8, kU8, kI16}, {a, b}, 0, 0});
  }
  return rows;
}

std::vector<Row> one_operand() {
  const Operand bytes{{2, 90}, 0.05f, 7}, words{{2, 90}, 0.0004f, 0}, positive{{2, 90}, 0.05f, -128};
  const graph::NoAttrs none;
  const float word = 1.0f / 32768;
  return {
      {OpKind::kReluN1To1, "", none, {kI8, kU8}, {bytes}, 0.01f, 3},
      {OpKind::kRelu0To1, "", none, {kI8, kU8}, {bytes}, 0.005f, -100},
      {OpKind::kLeakyRelu, "", graph::LeakyReluAttrs{0.3f}, {kI8, kU8, kI16}, {bytes}, 0.04f, -20},
      {OpKind::kHardSwish, "", none, {kI8, kU8}, {bytes}, 0.03f, -100},
      {OpKind::kLogistic, "", none, {kI8, kU8}, {bytes}, 1.0f / 256, -128},
      {OpKind::kLogistic, "", none, {kI16}, {words}, word, 0},
      {OpKind::kLogistic, "_pot", none, {kI16}, {{{2, 90}, 1.0f / 4096, 0}}, word, 0},
      {OpKind::kTanh, "", none, {kI8, kU8}, {bytes}, 1.0f / 128, 0},
      {OpKind::kTanh, "", none, {kI16}, {words}, word, 0},
      {OpKind::kExp, "", none, {kI8}, {bytes}, 1.5f, -128},
      {OpKind::kExp, "", none, {kI16}, {{{2, 90}, 0.0001f, 0}}, 0.001f, 0},
      {OpKind::kLog, "", none, {kI8}, {positive}, 0.04f, 50},
      {OpKind::kLog, "", none, {kI16}, {words}, 0.0003f, 0},
      {OpKind::kGelu, "", graph::GeluAttrs{false}, {kI8, kU8}, {bytes}, 0.03f, -100},
      {OpKind::kGelu, "", graph::GeluAttrs{true}, {kI16}, {words}, 0.0004f, 0},
      {OpKind::kAbs, "", none, {kI8}, {bytes}, 0.06f, -90},
      {OpKind::kAbs, "", none, {kI16}, {words}, 0.0004f, 0},
      {OpKind::kNeg, "", none, {kI8, kI16}, {bytes}, 0.05f, 7},
      {OpKind::kSqrt, "", none, {kI8}, {positive}, 0.02f, -100},
      {OpKind::kRsqrt, "", none, {kI8}, {positive}, 0.04f, -110},
      {OpKind::kSoftmax, "", graph::SoftmaxAttrs{0.8f}, {kI16}, {words}, word, 0},
      {OpKind::kLogSoftmax, "", none, {kI8, kU8}, {bytes}, 1.0f / 16, 127},
      {OpKind::kL2Normalization, "", graph::ActivationAttrs{}, {kI8, kU8}, {bytes}, 1.0f / 128, 0},
  };
}

void make(const std::string& folder, const Row& row, DType type) {
  graph::GraphBuilder builder;
  std::vector<int32_t> inputs;
  for (const Operand& operand : row.inputs) {
    const std::string name = inputs.empty() ? "a" : "b";
    inputs.push_back(
        builder.add_input(name, type, operand.shape, quantization(type, operand.scale, operand.zero_point)));
  }
  graph::Output output{"y", DType::kBool, {}};
  if (row.out_scale != 0) output = {"y", type, quantization(type, row.out_scale, row.out_zero_point)};
  const int32_t result = builder.add_op(row.kind, row.attrs, inputs, output);
  const std::string op(graph::op_info(row.kind).name);
  store_model(folder, op + row.suffix + "_" + std::string(graph::dtype_name(type)), op, type, builder, result);
}

}  // namespace

void make_elementwise_models(const std::string& folder) {
  for (const auto& rows : {two_operands(), comparisons(), one_operand()}) {
    for (const Row& row : rows) {
      for (const DType type : row.types) make(folder, row, type);
    }
  }
}

}  // namespace atl::vectors

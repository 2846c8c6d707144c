#include <catch2/catch.hpp>

#include <set>

#include "common/graph/builder.h"
#include "common/graph/builtin_names.h"
#include "common/graph/model.h"
#include "common/graph/quantized_axis.h"

using namespace atl::graph;

TEST_CASE("element types have names, sizes and ranges") {
  for (int code = 0; code <= 22; ++code) {
    const DType type = dtype_from_code(code).value();
    CHECK(dtype_from_name(dtype_name(type)) == type);
  }
  CHECK_FALSE(dtype_from_code(23));
  CHECK_FALSE(dtype_from_code(-1));
  CHECK_FALSE(dtype_from_name("int5"));
  CHECK(dtype_bits(DType::kInt4) == 4);
  CHECK(dtype_bits(DType::kComplex128) == 128);
  CHECK(dtype_bits(DType::kString) == 0);
  CHECK(dtype_min(DType::kInt8) == -128);
  CHECK(dtype_max(DType::kInt8) == 127);
  CHECK(dtype_min(DType::kUint8) == 0);
  CHECK(dtype_max(DType::kUint8) == 255);
  CHECK(dtype_max(DType::kUint4) == 15);
  CHECK(dtype_min(DType::kInt4) == -8);
  CHECK(dtype_min(DType::kInt32) == INT32_MIN);
  CHECK(dtype_max(DType::kInt32) == INT32_MAX);
}

TEST_CASE("elements and bytes of a shape") {
  CHECK(num_elements({}) == 1);
  CHECK(num_elements({2, 3, 4}) == 24);
  CHECK(num_elements({2, 0, INT32_MAX, INT32_MAX, INT32_MAX}) == 0);
  CHECK_FALSE(checked_num_elements({2, -1}));
  CHECK_FALSE(checked_num_elements({INT32_MAX, INT32_MAX}));
  CHECK(num_bytes({3, 3}, DType::kInt4) == 5);
  CHECK(num_bytes({3}, DType::kInt2) == 1);
  CHECK(num_bytes({3}, DType::kFloat64) == 24);
  CHECK(num_bytes({3}, DType::kString) == 0);
  CHECK(shape_text({1, 224, 224, 3}) == "1x224x224x3");
  CHECK(shape_text({}) == "scalar");
}

TEST_CASE("every row of the operator table reads back") {
  std::set<int32_t> codes;
  std::vector<OpKind> kinds;
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) kinds.push_back(OpKind::k##Name);
#include "common/graph/ops.def"
#undef ATOLL_OP
  for (OpKind kind : kinds) {
    const OpInfo& info = op_info(kind);
    CHECK(info.kind == kind);
    CHECK(op_kind_of(info.builtin_code, info.name) == kind);
    CHECK(op_kind_from_name(info.name) == kind);
    if (info.builtin_code == kCustomBuiltinCode) continue;  // its name is the custom code
    CHECK(builtin_name(info.builtin_code) == info.name);
    CHECK(codes.insert(info.builtin_code).second);
  }
  CHECK(op_info(OpKind::kUnknown).builtin_code == -1);
  CHECK(op_kind_of(kCustomBuiltinCode, "Mine") == OpKind::kUnknown);
  CHECK(op_kind_of(-1, "") == OpKind::kUnknown);
  CHECK_FALSE(op_kind_from_name("UNKNOWN"));
  CHECK(std::holds_alternative<Conv2DAttrs>(default_attributes(OpKind::kConv2D)));
}

TEST_CASE("labels name operators and tensors whatever their names hold") {
  Subgraph subgraph;
  subgraph.tensors.resize(2);
  subgraph.tensors[1].name = "a\nb\xff '\xc3\xa9'";
  Op op;
  op.kind = OpKind::kConv2D;
  op.outputs = {1};
  subgraph.ops.push_back(op);
  op = {};
  op.builtin_code = 18;
  op.outputs = {7};  // out of range: the label still works
  subgraph.ops.push_back(op);
  op.builtin_code = kCustomBuiltinCode;
  op.custom_code = "Flex\tThing";
  op.outputs.clear();
  subgraph.ops.push_back(op);
  op.builtin_code = 1000;
  subgraph.ops.push_back(op);
  CHECK(op_label(subgraph, 0) == "CONV_2D #0 'a\\x0ab\\xff '\xc3\xa9''");
  CHECK(op_label(subgraph, 1) == "MUL #1");
  CHECK(op_label(subgraph, 2) == "CUSTOM(Flex\\x09Thing) #2");
  CHECK(op_label(subgraph, 3) == "BUILTIN_1000 #3");
  CHECK(tensor_label(subgraph, 0) == "tensor #0 ''");
  CHECK(quoted(std::string(1000, 'x')) == "'" + std::string(119, 'x') + "...'");
  CHECK(refusal(subgraph.ops[1]) == "is not an operator that Atoll knows");
  CHECK(refusal(subgraph.ops[2]) == "is a custom operator, which Atoll has no code for");
}

TEST_CASE("a quantized axis outside the rank is mended where it has one meaning") {
  Tensor tensor;
  tensor.shape = {8};
  tensor.quant = per_channel(std::vector<float>(8, 0.5f), 3);
  CHECK(repair_quantized_axis(tensor, "tensor #2 'bias'") ==
        "tensor #2 'bias': quantized dimension 3 is outside its shape 8; took 0, the only axis with 8 elements");
  CHECK(tensor.quant.axis == 0);
  CHECK(repair_quantized_axis(tensor, "t").empty());  // nothing left to mend

  tensor.shape = {8, 8};
  tensor.quant.axis = 2;
  CHECK(repair_quantized_axis(tensor, "t").empty());  // ambiguous
  CHECK(tensor.quant.axis == 2);

  tensor.quant = per_tensor(0.5f, 1);
  tensor.quant.axis = -7;
  CHECK(repair_quantized_axis(tensor, "t") ==
        "t: quantized dimension -7 is outside its shape 8x8; it has one scale, so none is needed");
  CHECK(tensor.quant.axis == 0);
}

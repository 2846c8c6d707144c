// Which kernel an operator gets, and what is said when there is none.
#include "common/kernels/registry.h"

#include "common/graph/control_flow.h"
#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;

namespace {

// An operator with these operand types; kNoTensor inputs where a type is kString.
graph::Model typed_op(OpKind kind, const std::vector<DType>& inputs, DType output) {
  graph::GraphBuilder b;
  std::vector<int32_t> tensors;
  for (const DType type : inputs) {
    tensors.push_back(type == DType::kString ? graph::kNoTensor : b.add_input("x", type, {2}));
  }
  graph::Tensor out;
  out.name = "y", out.type = output, out.shape = {2}, out.has_rank = true;
  b.mark_output(b.add_op(kind, graph::default_attributes(kind), tensors, std::vector<graph::Tensor>{out}));
  return b.finish();
}

bool matches(const char* types, const std::vector<DType>& inputs, DType output) {
  const graph::Model model = typed_op(OpKind::kQuantize, inputs, output);
  const KernelOptions options;
  return types_match(types, OpContext(model.main(), 0, options));
}

}  // namespace

TEST_CASE("every operator of ops.def has a kernel, but for those that the interpreter carries out itself") {
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc)            \
  {                                                                                      \
    INFO(#BUILTIN);                                                                      \
    CHECK(variants(OpKind::k##Name).empty() == graph::is_control_flow(OpKind::k##Name)); \
  }
#include "common/graph/ops.def"
#undef ATOLL_OP
  CHECK(variants(OpKind::kUnknown).empty());
}

TEST_CASE("type lists: exact, optional, repeated, any") {
  constexpr DType i8 = DType::kInt8, i32 = DType::kInt32, absent = DType::kString;
  CHECK(matches("int8 -> int8", {i8}, i8));
  CHECK_FALSE(matches("int8 -> int8", {i32}, i8));
  CHECK_FALSE(matches("int8 -> int8", {i8}, i32));
  CHECK_FALSE(matches("int8 -> int8", {i8, i8}, i8));
  CHECK_FALSE(matches("int8, int8 -> int8", {i8}, i8));
  CHECK(matches("int8, int8, int32? -> int8", {i8, i8}, i8));
  CHECK(matches("int8, int8, int32? -> int8", {i8, i8, i32}, i8));
  CHECK(matches("int8, int8, int32? -> int8", {i8, i8, absent}, i8));
  CHECK_FALSE(matches("int8, int8, int32? -> int8", {i8, i8, i8}, i8));
  CHECK_FALSE(matches("int8, int8, int32? -> int8", {i8, absent, i32}, i8));
  CHECK(matches("int8... -> int8", {i8}, i8));
  CHECK(matches("int8... -> int8", {i8, i8, i8}, i8));
  CHECK_FALSE(matches("int8... -> int8", {i8, i32, i8}, i8));
  CHECK(matches("T, int32? -> T", {i8}, i8));
  CHECK(matches("T, int32? -> T", {i32, i32}, i32));
  CHECK_FALSE(matches("T, int32? -> T", {i8, i32}, i32));
  CHECK_FALSE(matches("T -> T", {DType::kInt4}, DType::kInt4));
  CHECK(matches("T... -> T", {i32, i32}, i32));
  CHECK_FALSE(matches("T... -> T", {i32, i8}, i32));
}

TEST_CASE("types that no kernel takes are named, with those that are taken") {
  CHECK(error_of(typed_op(OpKind::kRelu, {DType::kInt32}, DType::kInt32)) ==
        "RELU #0 'y': no reference kernel takes the types int32 -> int32; supported: int8 -> int8; uint8 -> uint8; "
        "int16 -> int16; float32 -> float32");
  const std::string text =
      error_of(typed_op(OpKind::kFullyConnected, {DType::kUint8, DType::kInt8, DType::kString}, DType::kInt8));
  INFO(text);
  CHECK(
      text.starts_with("FULLY_CONNECTED #0 'y': no reference kernel takes the types uint8, int8, - -> int8; supported: "
                       "int8, int8, int32? -> int8; "));
}

TEST_CASE("all operators that can't be run are listed in one error") {
  graph::GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {2});
  graph::Tensor out;
  out.shape = {2}, out.has_rank = true;
  graph::Op sine;
  sine.builtin_code = 109, sine.inputs = {x};
  out.name = "sine";
  const int32_t first = b.add_unknown_op(sine, {out});
  graph::Op custom;
  custom.builtin_code = 32, custom.custom_code = "MyOp", custom.inputs = {first};
  out.name = "mine";
  const int32_t second = b.add_unknown_op(custom, {out});
  const int32_t fine = b.unary(OpKind::kRelu, second, {"fine"});
  out.name = "ints", out.type = DType::kInt32;
  b.mark_output(b.add_op(OpKind::kRelu, graph::NoAttrs{}, {fine}, std::vector<graph::Tensor>{out}));
  const graph::Model model = b.finish();
  const auto interpreter = Interpreter::create(model);
  REQUIRE_FALSE(interpreter.ok());
  CHECK(interpreter.error().code() == ErrorCode::kUnsupported);
  CHECK(
      interpreter.error().text() ==
      "WHERE #0 'sine': there is no reference kernel for this operator\n"
      "CUSTOM(MyOp) #1 'mine': there is no reference kernel for this operator\n"
      "RELU #3 'ints': no reference kernel takes the types float32 -> int32; supported: int8 -> int8; uint8 -> uint8; "
      "int16 -> int16; float32 -> float32");
}

#include <catch2/catch.hpp>

#include "common/graph/builtin_names.h"
#include "common/graph/printer.h"
#include "common/graph/verifier.h"
#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "schema_generated.h"
#include "tests/graph/sample_model.h"
#include "tests/tflite/schema_models.h"

using namespace atl;
using graph::testing::int8_network;
using tflite::testing::packed;
using tflite::testing::tensor;
namespace fb = atl::tflite::schema;

namespace {

graph::Model read_back(const Bytes& file) {
  Result<graph::Model> model = tflite::read_model(file);
  if (!model.ok()) FAIL(model.error().text());
  return std::move(model).value();
}

}  // namespace

TEST_CASE("the schema and the list of operator names agree") {
  const auto* names = fb::EnumNamesBuiltinOperator();
  for (int32_t code = 0; code < graph::builtin_name_count(); ++code) CHECK(graph::builtin_name(code) == names[code]);
  CHECK(names[graph::builtin_name_count()] == nullptr);
}

TEST_CASE("positions that every file of the format relies on") {
  CHECK(static_cast<int>(fb::BuiltinOptions::Conv2DOptions) == 1);
  CHECK(static_cast<int>(fb::BuiltinOptions::ReducerOptions) == 27);
  CHECK(static_cast<int>(fb::BuiltinOptions::QuantizeOptions) == 89);
  CHECK(static_cast<int>(fb::BuiltinOptions::RightShiftOptions) == 126);
  CHECK(static_cast<int>(fb::BuiltinOptions2::StablehloConcatenateOptions) == 1);
  CHECK(static_cast<int>(fb::BuiltinOptions2::StablehloCaseOptions) == 23);
  // Offset of a field's entry in the vtable: 4 + 2 x its position, a union counting twice.
  CHECK(fb::Tensor::VT_SHAPE_SIGNATURE == 18);
  CHECK(fb::Tensor::VT_EXTERNAL_BUFFER == 24);
  CHECK(fb::Operator::VT_BUILTIN_OPTIONS == 12);
  CHECK(fb::Operator::VT_BUILTIN_OPTIONS_2 == 28);
  CHECK(fb::Operator::VT_DEBUG_METADATA_INDEX == 30);
  CHECK(fb::Model::VT_SIGNATURE_DEFS == 18);
  CHECK(fb::Model::VT_EXTERNAL_BUFFERS == 22);
  CHECK(fb::OperatorCode::VT_BUILTIN_CODE == 10);
  CHECK(std::string(fb::ModelIdentifier()) == "TFL3");
}

TEST_CASE("a built model survives the round trip") {
  const graph::Model model = int8_network();
  const Bytes file = tflite::write_model(model);
  const graph::Model again = read_back(file);
  CHECK(graph::verify(again).ok());
  REQUIRE(again.main().tensors.size() == model.main().tensors.size());
  for (size_t i = 0; i < model.main().tensors.size(); ++i) {
    const graph::Tensor& a = model.main().tensors[i];
    const graph::Tensor& b = again.main().tensors[i];
    CHECK(a.name == b.name);
    CHECK(a.shape == b.shape);
    CHECK(a.has_rank == b.has_rank);
    CHECK(a.type == b.type);
    CHECK(a.quant == b.quant);
    CHECK(a.is_constant() == b.is_constant());
    if (a.is_constant() && b.is_constant()) CHECK(*a.data == *b.data);
  }
  REQUIRE(again.main().ops.size() == model.main().ops.size());
  for (size_t i = 0; i < model.main().ops.size(); ++i) {
    CHECK(model.main().ops[i].kind == again.main().ops[i].kind);
    CHECK(model.main().ops[i].attrs == again.main().ops[i].attrs);
    CHECK(model.main().ops[i].inputs == again.main().ops[i].inputs);
    CHECK(model.main().ops[i].outputs == again.main().ops[i].outputs);
  }
  CHECK(tflite::write_model(again) == file);
  CHECK(tflite::write_model(int8_network()) == file);  // same input, same bytes
}

TEST_CASE("the file is laid out as runtimes expect") {
  const Bytes file = tflite::write_model(int8_network());
  const fb::Model* model = fb::GetModel(file.data());
  REQUIRE(model->buffers()->size() > 1);
  CHECK(model->buffers()->Get(0)->data() == nullptr);
  for (const fb::Buffer* buffer : *model->buffers()) {
    if (buffer->data() != nullptr) CHECK((buffer->data()->data() - file.data()) % 16 == 0);
  }
  for (const fb::OperatorCode* code : *model->operator_codes()) {
    CHECK(static_cast<int>(code->deprecated_builtin_code()) == static_cast<int>(code->builtin_code()));
  }
  CHECK(model->version() == 3);
}

TEST_CASE("an operator without options keeps having none, until its attributes change") {
  fb::ModelT from;
  from.version = 3;
  from.buffers.push_back(std::make_unique<fb::BufferT>());
  from.operator_codes.push_back(std::make_unique<fb::OperatorCodeT>());
  from.operator_codes[0]->deprecated_builtin_code = 40;  // MEAN, in the old field alone
  auto subgraph = std::make_unique<fb::SubGraphT>();
  subgraph->tensors.push_back(tensor("x", {2, 3}));
  subgraph->tensors.push_back(tensor("axes", {1}));
  subgraph->tensors[1]->type = fb::TensorType::INT32;
  subgraph->tensors.push_back(tensor("y", {1, 3}));
  subgraph->operators.push_back(std::make_unique<fb::OperatorT>());
  subgraph->operators[0]->inputs = {0, 1};
  subgraph->operators[0]->outputs = {2};
  subgraph->inputs = {0, 1};
  subgraph->outputs = {2};
  from.subgraphs.push_back(std::move(subgraph));

  graph::Model model = read_back(packed(from));
  graph::Op& mean = model.main().ops[0];
  CHECK(mean.kind == graph::OpKind::kMean);
  CHECK(mean.version == 1);
  Bytes file = tflite::write_model(model);
  const auto* op = fb::GetModel(file.data())->subgraphs()->Get(0)->operators()->Get(0);
  CHECK(op->builtin_options_type() == fb::BuiltinOptions::NONE);

  std::get<graph::ReduceAttrs>(mean.attrs).keep_dims = true;
  file = tflite::write_model(model);
  op = fb::GetModel(file.data())->subgraphs()->Get(0)->operators()->Get(0);
  REQUIRE(op->builtin_options_as_ReducerOptions() != nullptr);
  CHECK(op->builtin_options_as_ReducerOptions()->keep_dims());
  CHECK(std::get<graph::ReduceAttrs>(read_back(file).main().ops[0].attrs).keep_dims);

  // It has become another operator: the file's options are not its own any more.
  mean.kind = graph::OpKind::kSoftmax;
  mean.attrs = graph::SoftmaxAttrs{2.0f};
  mean.version = 0;
  file = tflite::write_model(model);
  op = fb::GetModel(file.data())->subgraphs()->Get(0)->operators()->Get(0);
  REQUIRE(op->builtin_options_as_SoftmaxOptions() != nullptr);
  CHECK(op->builtin_options_as_SoftmaxOptions()->beta() == 2.0f);
}

TEST_CASE("a custom operator is written with its options") {
  graph::GraphBuilder b;
  graph::Op op;
  op.builtin_code = graph::kCustomBuiltinCode;
  op.custom_code = "atoll-program";
  op.custom_options = {0, 1, 2, 3, 255};
  const int32_t input = b.add_input("x", graph::DType::kInt8, {4});
  const int32_t payload = b.add_constant("program", graph::DType::kUint8, {3}, {7, 8, 9});
  op.inputs = {input, payload, graph::kNoTensor};
  graph::Tensor result;
  result.name = "y";
  result.shape = {4};
  b.mark_output(b.add_unknown_op(op, {result}));
  const Bytes file = tflite::write_model(b.finish());
  const graph::Model again = read_back(file);
  CHECK(graph::verify(again).ok());
  const graph::Op& custom = again.main().ops[0];
  CHECK(graph::op_label(again.main(), 0) == "CUSTOM(atoll-program) #0 'y'");
  CHECK(custom.custom_options == std::vector<uint8_t>{0, 1, 2, 3, 255});
  CHECK(custom.inputs == std::vector<int32_t>{0, 1, -1});
  CHECK(*again.main().tensors[1].data == std::vector<uint8_t>{7, 8, 9});
}

TEST_CASE("large constants go behind the flatbuffer and come back") {
  graph::Model model = int8_network();
  model.metadata.push_back({"note", graph::make_buffer({1, 2, 3})});
  graph::Op custom;
  custom.builtin_code = graph::kCustomBuiltinCode;
  custom.custom_code = "big";
  custom.custom_options.assign(100'000, 42);
  model.main().ops.push_back(custom);

  const Bytes whole = tflite::write_model(model);
  const Bytes split = tflite::write_model(model, {.max_inline_bytes = 0});
  const graph::Model again = read_back(split);
  CHECK(graph::print(again) == graph::print(read_back(whole)));
  for (const fb::Buffer* buffer : *fb::GetModel(split.data())->buffers()) {
    CHECK(buffer->offset() % 16 == 0);
    if (buffer->data() != nullptr) CHECK(buffer->data()->size() == 3);  // the metadata alone
  }
  const auto* op = fb::GetModel(split.data())
                       ->subgraphs()
                       ->Get(0)
                       ->operators()
                       ->Get(static_cast<flatbuffers::uoffset_t>(model.main().ops.size() - 1));
  CHECK(op->large_custom_options_size() == 100'000);
  CHECK(tflite::write_model(again) == tflite::write_model(read_back(whole)));

  const std::span<const uint8_t> cut(split.data(), split.size() - 64);
  const auto status = tflite::read_model(cut);
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().text().find("the file was cut short") != std::string::npos);
}

TEST_CASE("a constant without elements is a constant") {
  graph::GraphBuilder b;
  const int32_t input = b.add_input("x", graph::DType::kFloat32, {1, 1});
  b.mark_output(b.reshape(input, {}, {"scalar"}));
  const graph::Model again = read_back(tflite::write_model(b.finish()));
  CHECK(again.main().tensors[1].is_constant());
  CHECK(graph::verify(again).ok());
}

TEST_CASE("files are saved and loaded by path") {
  const std::string path = std::string(ATOLL_BINARY_DIR) + "/round_trip_test.tflite";
  REQUIRE(tflite::save_model(int8_network(), path).ok());
  const auto model = tflite::load_model(path);
  REQUIRE(model.ok());
  CHECK(graph::print(*model) == graph::print(read_back(tflite::write_model(int8_network()))));
  std::remove(path.c_str());
  const auto missing = tflite::load_model(path);
  CHECK(missing.error().exit_status() == 3);
  CHECK(missing.error().text() == path + ": can't open: No such file or directory");
}

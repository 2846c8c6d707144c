// Files that are no models, or no longer. None may crash the reader, and each gets a message.
#include <catch2/catch.hpp>

#include <random>

#include "common/base/file.h"
#include "common/graph/printer.h"
#include "common/graph/verifier.h"
#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "schema_generated.h"
#include "tests/graph/sample_model.h"

using namespace atl;
namespace fb = atl::tflite::schema;

namespace {

// Exit status and message of reading these bytes; "ok" if they are a model.
std::string outcome(std::span<const uint8_t> bytes) {
  const auto model = tflite::read_model(bytes);
  return model.ok() ? "ok" : fmt::format("{} {}", model.error().exit_status(), model.error().text());
}
std::string outcome(std::string_view text) {
  return outcome(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

std::string not_a_model(const std::string& kind) {
  return "4 not a TensorFlow Lite model: this is " + kind + "; a model has 'TFL3' at byte 4";
}

// Everything a tool does with a file on its way in and out. Returns whether the model was accepted.
bool use(std::span<const uint8_t> bytes) {
  std::vector<std::string> warnings;
  const auto model = tflite::read_model(bytes, &warnings);
  if (!model.ok()) {
    CHECK(model.error().exit_status() == 4);
    CHECK_FALSE(model.error().text().empty());
    return false;
  }
  CHECK_FALSE(graph::print(*model).empty());
  const Status status = graph::verify(*model);
  if (!status.ok()) {
    CHECK_FALSE(status.error().text().empty());
    return false;
  }
  const Bytes written = tflite::write_model(*model);
  CHECK(tflite::read_model(written).ok());
  return true;
}

// The sample network as a file.
Bytes sample_file() { return tflite::write_model(graph::testing::int8_network()); }

}  // namespace

TEST_CASE("files that are something else are named") {
  CHECK(outcome("") == "4 the file is empty; a TensorFlow Lite model was expected");
  CHECK(outcome(std::string_view("PK\x03\x04 and so on, a zip", 23)) ==
        not_a_model("a ZIP archive (.npz, .keras, .task and .zip files are)"));
  CHECK(outcome("\x89HDF\r\n\x1a\n.......") == not_a_model("an HDF5 file (a Keras .h5 model is)"));
  CHECK(outcome("\x93NUMPY\x01.......") == not_a_model("a NumPy array (.npy)"));
  CHECK(outcome("\x89PNG\r\n\x1a\n.......") == not_a_model("a PNG image"));
  CHECK(outcome("\xff\xd8\xff\xe0.......") == not_a_model("a JPEG image"));
  CHECK(outcome("\x1f\x8b.......") == not_a_model("a gzip archive"));
  CHECK(outcome("\x7f"
                "ELF.......") == not_a_model("an ELF program"));
  CHECK(outcome("{\"layers\": []}\n") == not_a_model("a text file"));
  CHECK(outcome(std::string_view("\x01\x02\x03", 3)) == not_a_model("3 bytes"));
  CHECK(outcome(std::string_view("\x10\x00\x00\x00XYZ1\x00\x00\x00\x00", 12)) ==
        not_a_model("a file with 'XYZ1' at byte 4"));
  CHECK(outcome(std::string_view("\x10\x00\x00\x00\x00\x01\x02\x03\x00\x00\x00\x00", 12)) ==
        not_a_model("a file with '\\x00\\x01\\x02\\x03' at byte 4"));
  CHECK(outcome(std::string_view("\x10\x00\x00\x00TFL3", 8)) ==
        "4 the model is damaged: its 8 bytes are not a sound flatbuffer; the file was cut short or changed, so get it "
        "again from where it came from");
}

TEST_CASE("a file cut short at any length is refused") {
  const Bytes file = sample_file();
  for (size_t length = 0; length < file.size(); ++length) {
    const std::string text = outcome(std::span(file.data(), length));
    if (text.substr(0, 2) == "4 ") continue;
    // What is missing may be padding alone.
    INFO(length << " of " << file.size() << ": " << text);
    CHECK(file.size() - length < 16);
  }
}

TEST_CASE("a file with changed bits is refused or read, never more") {
  const Bytes file = sample_file();
  std::mt19937 random(20240607);  // a fixed seed: the same files every time
  const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  size_t accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes damaged = file;
    for (size_t flips = 1 + below(4); flips > 0; --flips) {
      uint8_t& byte = damaged[below(file.size())];
      byte = static_cast<uint8_t>(byte ^ (1u << below(8)));
    }
    accepted += use(damaged) ? 1 : 0;
  }
  constexpr uint32_t kEvil[] = {0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0};
  for (int i = 0; i < 3000; ++i) {
    Bytes damaged = file;
    const uint32_t word = below(2) == 0 ? kEvil[below(std::size(kEvil))] : static_cast<uint32_t>(random());
    std::memcpy(damaged.data() + below(file.size() / 4) * 4, &word, 4);
    accepted += use(damaged) ? 1 : 0;
  }
  CHECK(accepted > 0);  // weights, names and scales may well change
  CHECK(accepted < 6000);
}

TEST_CASE("every 32-bit word of the structure may be anything") {
  graph::GraphBuilder b;  // small, so that most words are structure
  const int32_t input = b.add_input("x", graph::DType::kFloat32, {1, 4, 4, 1});
  const int32_t filter = b.add_constant<float>("w", {1, 1, 1, 1}, {1});
  const int32_t bias = b.add_constant<float>("b", {1}, {0});
  b.mark_output(b.conv2d(input, filter, bias, {}, {"y"}));
  const Bytes file = tflite::write_model(b.finish());
  for (size_t at = 0; at + 4 <= file.size(); at += 2) {
    for (uint32_t word : {0u, 1u, 2u, 255u, 65535u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
      Bytes damaged = file;
      std::memcpy(damaged.data() + at, &word, 4);
      use(damaged);
    }
  }
}

TEST_CASE("a model in another place of memory reads the same") {
  const Bytes file = sample_file();
  Bytes shifted(file.size() + 1);
  std::copy(file.begin(), file.end(), shifted.begin() + 1);
  CHECK(outcome(std::span(shifted.data() + 1, file.size())) == "ok");
}

namespace {

// A file made by the schema's own classes, to say what the writer never would.
template <typename Change>
std::string outcome_of(Change change) {
  fb::ModelT model;
  fb::GetModel(sample_file().data())->UnPackTo(&model);
  change(model);
  flatbuffers::FlatBufferBuilder builder;
  fb::FinishModelBuffer(builder, fb::Model::Pack(builder, &model));
  return outcome(std::span(builder.GetBufferPointer(), builder.GetSize()));
}

}  // namespace

TEST_CASE("numbers that the format does not have are named") {
  CHECK(outcome_of([](fb::ModelT&) {}) == "ok");
  CHECK(outcome_of([](fb::ModelT& m) { m.version = 7; }) ==
        "4 the model is of format version 7; only version 3 is in use");
  CHECK(outcome_of([](fb::ModelT& m) { m.subgraphs.clear(); }) == "4 the model has no subgraph");
  CHECK(outcome_of([](fb::ModelT& m) { m.subgraphs[0]->tensors[0]->type = static_cast<fb::TensorType>(77); }) ==
        "4 tensor #0 'image': element type 77 is unknown");
  CHECK(outcome_of([](fb::ModelT& m) { m.subgraphs[0]->tensors[0]->buffer = 99; }) ==
        "4 tensor #0 'image': it names buffer 99 of 7");
  CHECK(outcome_of([](fb::ModelT& m) { m.subgraphs[0]->operators[2]->opcode_index = 99; }) ==
        "4 operator #2: it names operator code 99 of 12");
  CHECK(outcome_of([](fb::ModelT& m) {
          m.subgraphs[0]->operators[2]->builtin_options.AsConv2DOptions()->padding = static_cast<fb::Padding>(5);
        }) == "4 CONV_2D #2: its padding is 5, the format has 0 to 1");
  CHECK(outcome_of([](fb::ModelT& m) {
          m.subgraphs[0]->operators[2]->builtin_options.AsConv2DOptions()->fused_activation_function =
              static_cast<fb::ActivationFunctionType>(-1);
        }) == "4 CONV_2D #2: its fused activation is -1, the format has 0 to 5");
  CHECK(outcome_of([](fb::ModelT& m) {
          m.subgraphs[0]->operators[2]->builtin_options.AsConv2DOptions()->quantized_bias_type =
              static_cast<fb::TensorType>(100);
        }) == "4 CONV_2D #2: its element type 100 is unknown");
  CHECK(outcome_of([](fb::ModelT& m) {
          for (auto& code : m.operator_codes) {
            code->deprecated_builtin_code = -4;
            code->builtin_code = static_cast<fb::BuiltinOperator>(-4);
          }
          m.subgraphs[0]->operators.resize(1);
        }) == "4 BUILTIN_-4 #0: its operator code is -4");
  CHECK(outcome_of([](fb::ModelT& m) {
          m.metadata.push_back(std::make_unique<fb::MetadataT>());
          m.metadata[0]->name = "note";
          m.metadata[0]->buffer = 1000;
        }) == "4 metadata 'note': it names buffer 1000 of 7");
  const std::string outside = outcome_of([](fb::ModelT& m) {
    m.buffers[1]->data.clear();
    m.buffers[1]->offset = 1'000'000;
    m.buffers[1]->size = ~uint64_t{0};
  });
  CHECK(outside.substr(0, outside.find("only")) ==
        "4 tensor #2 'padded/paddings': its 18446744073709551615 bytes should be at byte 1000000 of the file, which "
        "has ");
}

namespace {

// A vector of 64-bit elements that starts at a multiple of 8 plus 4, as some writers leave it.
flatbuffers::Offset<flatbuffers::Vector<int64_t>> misaligned_vector(flatbuffers::FlatBufferBuilder& builder,
                                                                    const std::vector<int64_t>& values) {
  builder.ForceVectorAlignment(values.size() * 8 + 4, 1, 8);  // the length, not the elements, becomes aligned
  for (size_t i = values.size(); i > 0; --i) {
    for (int half : {1, 0}) builder.PushElement(static_cast<uint32_t>(values[i - 1] >> (32 * half)));
  }
  return builder.PushElement(static_cast<flatbuffers::uoffset_t>(values.size()));
}

// A model of one tensor quantized so, and one operator with these options.
Bytes misaligned_file(bool in_options) {
  flatbuffers::FlatBufferBuilder builder;
  const std::vector<int64_t> values = {7};
  const auto zero_points = in_options ? builder.CreateVector(values) : misaligned_vector(builder, values);
  const auto scales = builder.CreateVector(std::vector<float>{0.5f});
  const auto quant = fb::CreateQuantizationParameters(builder, 0, 0, scales, zero_points);
  const auto shape = builder.CreateVector(std::vector<int32_t>{1});
  const auto tensor = fb::CreateTensor(builder, shape, fb::TensorType::INT8, 0, 0, quant);
  const auto tensors = builder.CreateVector(&tensor, 1);
  const auto permutation = in_options ? misaligned_vector(builder, values) : builder.CreateVector(values);
  const auto options = fb::CreateStablehloTransposeOptions(builder, permutation);
  fb::OperatorBuilder op(builder);
  op.add_builtin_options_2_type(fb::BuiltinOptions2::StablehloTransposeOptions);
  op.add_builtin_options_2(options.Union());
  const auto op_offset = op.Finish();
  const auto ops = builder.CreateVector(&op_offset, 1);
  const auto subgraph = fb::CreateSubGraph(builder, tensors, 0, 0, ops);
  const auto subgraphs = builder.CreateVector(&subgraph, 1);
  const auto code = fb::CreateOperatorCode(builder, 127, 0, 1, fb::BuiltinOperator::STABLEHLO_TRANSPOSE);
  const auto codes = builder.CreateVector(&code, 1);
  fb::FinishModelBuffer(builder, fb::CreateModel(builder, 3, codes, subgraphs));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace

TEST_CASE("64-bit numbers need not be aligned in tensors and must be in options") {
  const Bytes file = misaligned_file(false);
  const auto* zero_points =
      fb::GetModel(file.data())->subgraphs()->Get(0)->tensors()->Get(0)->quantization()->zero_point();
  REQUIRE((zero_points->Data() - file.data()) % 8 == 4);
  const auto model = tflite::read_model(file);
  REQUIRE(model.ok());
  CHECK(model->main().tensors[0].quant.zero_point == std::vector<int64_t>{7});
  CHECK(outcome(misaligned_file(true)) ==
        "4 STABLEHLO_TRANSPOSE #0: its option table has a vector of 64-bit numbers that is not aligned");
}

TEST_CASE("a small file can't ask for much memory") {
  // 50,000 tensors that share one shape of 100,000 extents: 20 GB, if each were to get its own.
  flatbuffers::FlatBufferBuilder builder;
  const auto shape = builder.CreateVector(std::vector<int32_t>(100'000, 1));
  const auto shared = fb::CreateTensor(builder, shape);
  const auto tensors = builder.CreateVector(std::vector<flatbuffers::Offset<fb::Tensor>>(50'000, shared));
  fb::SubGraphBuilder subgraph(builder);
  subgraph.add_tensors(tensors);
  const auto subgraph_offset = subgraph.Finish();
  const auto subgraphs = builder.CreateVector(&subgraph_offset, 1);
  fb::ModelBuilder model(builder);
  model.add_version(3);
  model.add_subgraphs(subgraphs);
  fb::FinishModelBuffer(builder, model.Finish());
  CHECK(
      outcome(std::span(builder.GetBufferPointer(), builder.GetSize())) ==
      "4 the model refers to the same parts so often that it would unpack to many times its size; no converter writes "
      "such a file");
}

TEST_CASE("loading names the file in every message") {
  const std::string path = std::string(ATOLL_BINARY_DIR) + "/bad_files_test.tflite";
  REQUIRE(write_file(path, std::string_view("not a model\n")).ok());
  const auto text = tflite::load_model(path);
  CHECK(text.error().exit_status() == 4);
  CHECK(text.error().text() ==
        path + ": not a TensorFlow Lite model: this is a text file; a model has 'TFL3' at byte 4");

  graph::Model model = graph::testing::int8_network();
  model.main().outputs = {500};
  model.main().inputs = {501};
  REQUIRE(tflite::save_model(model, path).ok());
  const auto invalid = tflite::load_model(path);
  CHECK(invalid.error().exit_status() == 4);
  CHECK(invalid.error().text() ==
        path + ": the list of inputs names tensor 501 of 19\n" + path + ": the list of outputs names tensor 500 of 19");
  std::remove(path.c_str());
}

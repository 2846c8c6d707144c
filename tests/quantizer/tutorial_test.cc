// Real models: the shipped one's accuracy, and, where the shared test material is, the files of TensorFlow's converter.
#include <catch2/catch.hpp>
#include <cmath>

#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "quantizer/rewrite/quantize_values.h"
#include "tests/quantizer/sample_graphs.h"
#include "tests/support/shared.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

graph::Model load(const std::string& path) {
  auto model = tflite::load_model(path);
  if (!model.ok()) FAIL(model.error().text());
  return std::move(model).value();
}

arrays::Array array_of(const std::string& path, const std::string& name) {
  auto arrays = arrays::read_arrays(path);
  if (!arrays.ok()) FAIL(arrays.error().text());
  for (auto& [key, array] : *arrays) {
    if (key == name) return std::move(array);
  }
  FAIL(path << " has no " << name);
  return {};
}

QuantizeResult quantized(const graph::Model& model, RepresentativeData& data, DType edges) {
  Options options;
  options.input_type = options.output_type = edges;
  auto result = quantize(model, options, data);
  if (!result.ok()) FAIL(result.error().text());
  return std::move(result).value();
}

// The outputs of a model of one input for float images, quantized as its input wants.
std::vector<Bytes> outputs(const graph::Model& model, const arrays::Array& images) {
  auto interpreter = kernels::Interpreter::create(model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  const graph::Tensor& input = model.main().tensors[static_cast<size_t>(model.main().inputs[0])];
  const size_t each = images.bytes.size() / static_cast<size_t>(images.shape[0]);
  std::vector<Bytes> results;
  for (size_t at = 0; at < images.bytes.size(); at += each) {
    const std::span<const uint8_t> image(&images.bytes[at], each);
    interpreter->set_input(
        0, input.type == DType::kFloat32 ? Bytes(image.begin(), image.end()) : quantize_sample(image, input));
    REQUIRE(interpreter->invoke().ok());
    const std::span<const uint8_t> output = interpreter->output(0).bytes;
    results.emplace_back(output.begin(), output.end());
  }
  return results;
}

template <typename T>
size_t argmax(const Bytes& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

template <typename T>
double accuracy(const graph::Model& model, const arrays::Array& images, const Bytes& labels) {
  const std::vector<Bytes> results = outputs(model, images);
  size_t right = 0;
  for (size_t i = 0; i < results.size(); ++i) right += argmax<T>(results[i]) == labels[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(results.size());
}

// The tensors that the same operand of the same operator is in two models.
using TensorPairs = std::vector<std::pair<const graph::Tensor*, const graph::Tensor*>>;
TensorPairs operand_pairs(const graph::Subgraph& a, const graph::Subgraph& b) {
  TensorPairs pairs;
  REQUIRE(a.ops.size() == b.ops.size());
  for (size_t i = 0; i < a.ops.size(); ++i) {
    REQUIRE(a.ops[i].kind == b.ops[i].kind);
    for (const auto list : {&graph::Op::inputs, &graph::Op::outputs}) {
      REQUIRE((a.ops[i].*list).size() == (b.ops[i].*list).size());
      for (size_t k = 0; k < (a.ops[i].*list).size(); ++k) {
        pairs.emplace_back(&a.tensors[static_cast<size_t>((a.ops[i].*list)[k])],
                           &b.tensors[static_cast<size_t>((b.ops[i].*list)[k])]);
      }
    }
  }
  return pairs;
}

void check_same_parameters(const graph::Tensor& ours, const graph::Tensor& theirs) {
  INFO(ours.name << " and " << theirs.name);
  CHECK(ours.type == theirs.type);
  CHECK(ours.shape == theirs.shape);
  CHECK(ours.quant.zero_point == theirs.quant.zero_point);
  CHECK(ours.quant.axis == theirs.quant.axis);
  REQUIRE(ours.quant.scale.size() == theirs.quant.scale.size());
  const bool weights = ours.is_constant() && ours.type == DType::kInt8;
  for (size_t c = 0; c < ours.quant.scale.size(); ++c) {
    const float tolerance = weights ? 0.0f : 1e-5f * theirs.quant.scale[c];
    CHECK(std::fabs(ours.quant.scale[c] - theirs.quant.scale[c]) <= tolerance);
  }
  REQUIRE(ours.is_constant() == theirs.is_constant());
  if (weights) CHECK(*ours.data == *theirs.data);
  if (!ours.is_constant() || ours.type != DType::kInt32) return;
  const auto mine = constant_values<int32_t>(ours), other = constant_values<int32_t>(theirs);
  for (size_t i = 0; i < mine.size(); ++i) CHECK(std::abs(mine[i] - other[i]) <= 1);
}

// At most one element in a thousand differs, by one step.
template <typename T>
void check_same_outputs(const graph::Model& ours, const graph::Model& theirs, const arrays::Array& images) {
  const std::vector<Bytes> a = outputs(ours, images), b = outputs(theirs, images);
  size_t elements = 0, different = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t k = 0; k < a[i].size(); ++k) {
      const int step = int{static_cast<T>(a[i][k])} - int{static_cast<T>(b[i][k])};
      CHECK(std::abs(step) <= 1);
      ++elements;
      different += step != 0 ? 1 : 0;
    }
  }
  CHECK(different * 1000 <= elements);
}

}  // namespace

TEST_CASE("the shipped model keeps its accuracy") {
  const std::string folder = ATOLL_SOURCE_DIR "/assets/tutorial_cnn/";
  const graph::Model model = load(folder + "float.tflite");
  ArraySamples data({{"0", array_of(folder + "representative.npz", "0")}});
  const QuantizeResult result = quantized(model, data, DType::kInt8);
  CHECK(result.warnings.empty());
  const arrays::Array images = array_of(folder + "test_digits.npz", "0");
  const Bytes labels = array_of(folder + "test_labels.npy", "0").bytes;
  const double before = accuracy<float>(model, images, labels);
  const double after = accuracy<int8_t>(result.model, images, labels);
  CHECK(before > 0.97);
  CHECK(std::fabs(before - after) <= 0.01);
  CHECK(result.report.file_bytes_after * 3 < read_file(folder + "float.tflite")->size());
}

TEST_CASE("the tutorial's files of TensorFlow's converter") {
  const auto folder = atl::test::shared_path_or_skip("quantizer/tutorial");
  if (!folder) return;
  const graph::Model model = load(*folder + "/float.tflite");
  const arrays::Array calibration = array_of(*folder + "/data.npz", "calib_x");
  arrays::Array images = array_of(*folder + "/data.npz", "test_x");
  // The digits as float32, by the code that feeds representative data.
  ArraySamples digits({{"0", images}}, {1.0 / 255, std::nullopt, 200});
  REQUIRE(digits.open(model.main()).ok());
  arrays::Array floats{arrays::ElementType::kFloat32, {200, 28, 28}, {}};
  for (std::vector<Bytes> sample; floats.bytes.size() < 200u * 28 * 28 * sizeof(float);) {
    REQUIRE(digits.next(sample).ok());
    floats.bytes.insert(floats.bytes.end(), sample[0].begin(), sample[0].end());
  }
  for (const auto& [name, edges] : {std::pair("int8_int8io", DType::kInt8), std::pair("int8_uint8io", DType::kUint8),
                                    std::pair("int8_strict_floatio", DType::kFloat32)}) {
    INFO(name);
    const std::string path = *folder + "/" + name + ".tflite";
    const graph::Model theirs = load(path);
    ArraySamples data({{"0", calibration}}, {1.0 / 255, std::nullopt, 100});
    const QuantizeResult ours = quantized(model, data, edges);
    for (const auto& [mine, other] : operand_pairs(ours.model.main(), theirs.main())) {
      check_same_parameters(*mine, *other);
    }
    CHECK(ours.model.main().tensors.size() == theirs.main().tensors.size());
    if (edges == DType::kInt8) check_same_outputs<int8_t>(ours.model, theirs, floats);
    if (edges == DType::kUint8) check_same_outputs<uint8_t>(ours.model, theirs, floats);
    const double size = static_cast<double>(tflite::write_model(ours.model).size());
    CHECK(size <= 1.02 * static_cast<double>(read_file(path)->size()));
    CHECK(ours.model.signatures.size() == theirs.signatures.size());
  }
}

TEST_CASE("what the shared material expects to be refused") {
  const auto folder = atl::test::shared_path_or_skip("quantizer/refuse");
  if (!folder) return;
  for (const auto& [file, op] :
       {std::pair("float_sin", "SIN #0 'Sin'"), std::pair("float_cumsum", "CUMSUM #0 'Cumsum'"),
        std::pair("float_elu", "ELU #1 'Identity'")}) {
    NoData data;
    const auto result = quantize(load(*folder + "/" + file + ".tflite"), {}, data);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code() == ErrorCode::kUnsupported);
    CHECK(result.error().messages().size() == 1);
    CHECK(result.error().text().starts_with(std::string(op) + " can't be quantized to int8: "));
  }
}

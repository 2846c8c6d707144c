// Real models: the shipped one's accuracy, and, where the shared test material is, the files of TensorFlow's converter.
#include <catch2/catch.hpp>
#include <cmath>

#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "quantizer/rewrite/quantize_values.h"
#include "tests/quantizer/load_model.h"
#include "tests/quantizer/sample_graphs.h"
#include "tests/support/shared.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

arrays::Array array_of(const std::string& path, const std::string& name) {
  auto arrays = arrays::read_arrays(path);
  if (!arrays.ok()) FAIL(arrays.error().text());
  for (auto& [key, array] : *arrays) {
    if (key == name) return std::move(array);
  }
  FAIL(path << " has no " << name);
  return {};
}

QuantizeResult quantized(const graph::Model& model, RepresentativeData& data, DType edges,
                         Scheme scheme = Scheme::kInt8, bool one_scale_for_dense = false) {
  Options options;
  options.scheme = scheme;
  options.one_scale_for_dense = one_scale_for_dense;
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

template <typename T>
void check_same_biases(const graph::Tensor& ours, const graph::Tensor& theirs) {
  const auto mine = constant_values<T>(ours), other = constant_values<T>(theirs);
  REQUIRE(mine.size() == other.size());
  for (size_t i = 0; i < mine.size(); ++i) CHECK(std::abs(mine[i] - other[i]) <= 1);
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
  if (ours.is_constant() && ours.type == DType::kInt32) check_same_biases<int32_t>(ours, theirs);
  if (ours.is_constant() && ours.type == DType::kInt64) check_same_biases<int64_t>(ours, theirs);
}

// At most one element in a thousand differs, by one step.
template <typename T>
void check_same_outputs(const graph::Model& ours, const graph::Model& theirs, const arrays::Array& images) {
  const std::vector<Bytes> a = outputs(ours, images), b = outputs(theirs, images);
  size_t elements = 0, different = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    REQUIRE(a[i].size() == b[i].size());
    for (size_t k = 0; k + sizeof(T) <= a[i].size(); k += sizeof(T)) {
      T x, y;
      std::memcpy(&x, &a[i][k], sizeof x);
      std::memcpy(&y, &b[i][k], sizeof y);
      const int step = int{x} - int{y};
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
  struct File {
    const char* name;
    Scheme scheme;
    DType edges;
    bool coral = false;
  };
  for (const auto& [name, scheme, edges, coral] :
       {File{"int8_int8io", Scheme::kInt8, DType::kInt8}, File{"int8_uint8io", Scheme::kInt8, DType::kUint8},
        File{"int8_strict_floatio", Scheme::kInt8, DType::kFloat32},
        File{"int8_pertensor_dense", Scheme::kInt8, DType::kFloat32, true},
        File{"int16x8_int16io", Scheme::kInt16x8, DType::kInt16}, File{"int16x8", Scheme::kInt16x8, DType::kFloat32}}) {
    INFO(name);
    const std::string path = *folder + "/" + name + ".tflite";
    const graph::Model theirs = load(path);
    ArraySamples data({{"0", calibration}}, {1.0 / 255, std::nullopt, 100});
    const QuantizeResult ours = quantized(model, data, edges, scheme, coral);
    for (const auto& [mine, other] : operand_pairs(ours.model.main(), theirs.main())) {
      check_same_parameters(*mine, *other);
    }
    CHECK(ours.model.main().tensors.size() == theirs.main().tensors.size());
    if (edges == DType::kInt8) check_same_outputs<int8_t>(ours.model, theirs, floats);
    if (edges == DType::kUint8) check_same_outputs<uint8_t>(ours.model, theirs, floats);
    if (edges == DType::kInt16) check_same_outputs<int16_t>(ours.model, theirs, floats);
    const double size = static_cast<double>(tflite::write_model(ours.model).size());
    CHECK(size <= 1.02 * static_cast<double>(read_file(path)->size()));
    CHECK(ours.model.signatures.size() == theirs.signatures.size());
  }
}

TEST_CASE("fixed outputs that a concatenation joins, as TensorFlow's converter quantizes them") {
  const auto path = atl::test::shared_path_or_skip("quantizer/concat_scales_int8.tflite");
  if (!path) return;
  const graph::Model theirs = load(*path);
  // The float form of that graph, and inputs of the range that its input stands for.
  GraphBuilder b;
  const int32_t x = b.add_input("x", DType::kFloat32, {1, 8, 8, 2});
  const int32_t by_3 = b.add_constant("mul_1/y", {}, std::vector<float>{3});
  const int32_t by_10 = b.add_constant("mul/y", {}, std::vector<float>{10});
  const int32_t sigmoid = b.add_op(OpKind::kLogistic, graph::NoAttrs{}, {x}, {"Sigmoid"});
  const int32_t softmax = b.softmax(x, {"Softmax"});
  const int32_t mul = b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {x, by_10}, {"mul"});
  const int32_t mul_1 = b.add_op(OpKind::kMul, graph::ActivationAttrs{}, {x, by_3}, {"mul_1"});
  graph::Pool2DAttrs window;
  window.filter_h = window.filter_w = 2;
  const int32_t pooled = b.pool2d(OpKind::kMaxPool2D, mul_1, window, {"MaxPool2d"});
  b.mark_output(b.concatenation({sigmoid, mul, softmax, pooled}, -1, {"Identity"}));
  const float scale = tensor_named(theirs, "x").quant.scale[0];
  const graph::Model model = b.finish();
  ArraySamples data = spread_samples(model, 20, -127 * scale, 128 * scale);
  const QuantizeResult ours = quantized(model, data, DType::kInt8);
  CHECK(op_names(ours.model) == "LOGISTIC SOFTMAX MUL MUL MAX_POOL_2D QUANTIZE QUANTIZE CONCATENATION");
  for (const graph::Tensor& other : theirs.main().tensors) {
    const bool copy = other.name == "Sigmoid1" || other.name == "Softmax1";
    const std::string name = copy ? other.name.substr(0, 7) + "_requantized" : other.name;
    check_same_parameters(tensor_named(ours.model, name), other);
  }
}

TEST_CASE("what the shared material expects to be refused") {
  const auto folder = atl::test::shared_path_or_skip("quantizer/refuse");
  if (!folder) return;
  for (const auto& [file, op] :
       {std::pair("float_sin", "SIN #0 'Sin'"), std::pair("float_cumsum", "CUMSUM #0 'Cumsum'"),
        std::pair("float_elu", "ELU #1 'Identity'")}) {
    for (const Scheme scheme : {Scheme::kInt8, Scheme::kInt16x8}) {
      NoData data;
      Options options;
      options.scheme = scheme;
      const auto result = quantize(load(*folder + "/" + file + ".tflite"), options, data);
      REQUIRE_FALSE(result.ok());
      CHECK(result.error().code() == ErrorCode::kUnsupported);
      CHECK(result.error().messages().size() == 1);
      CHECK(result.error().text().starts_with(fmt::format("{} can't be quantized to {}: ", op, scheme_name(scheme))));
    }
  }
}

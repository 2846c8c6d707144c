// Every model of the test material: read, verified, written, read again, and nothing lost.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "common/base/file.h"
#include "common/graph/printer.h"
#include "common/graph/verifier.h"
#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "tests/support/shared.h"
#include "tests/tflite/canonical.h"

using namespace atl;

namespace {

std::vector<std::string> models_below(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".tflite") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void check_same_constants(const graph::Model& a, const graph::Model& b) {
  for (size_t s = 0; s < a.subgraphs.size(); ++s) {
    for (size_t t = 0; t < a.subgraphs[s].tensors.size(); ++t) {
      const graph::Tensor& x = a.subgraphs[s].tensors[t];
      const graph::Tensor& y = b.subgraphs[s].tensors[t];
      REQUIRE(x.is_constant() == y.is_constant());
      if (x.is_constant()) REQUIRE(*x.data == *y.data);
      REQUIRE(x.quant == y.quant);
    }
  }
}

// A quantized axis that the reader mended is the one thing that may differ from the file.
bool was_mended(const std::vector<std::string>& warnings) {
  return std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
    return warning.find("quantized dimension") != std::string::npos;
  });
}

void check_round_trip(const std::string& path) {
  INFO(path);
  const Result<Bytes> file = read_file(path);
  REQUIRE(file.ok());
  std::vector<std::string> warnings;
  const Result<graph::Model> model = tflite::read_model(*file, &warnings);
  if (!model.ok()) FAIL(model.error().text());
  const Status status = graph::verify(*model);
  if (!status.ok()) FAIL(status.error().text());

  const Bytes written = tflite::write_model(*model);
  const Result<graph::Model> again = tflite::read_model(written);
  if (!again.ok()) FAIL(again.error().text());
  CHECK(graph::print(*model) == graph::print(*again));
  check_same_constants(*model, *again);
  CHECK(tflite::write_model(*again) == written);
  if (!tflite::testing::has_canonical_form(*file)) {
    std::printf("not compared part by part, its 64-bit numbers are misaligned: %s\n", path.c_str());
  } else if (!was_mended(warnings)) {
    CHECK((tflite::testing::canonical_form(*file) == tflite::testing::canonical_form(written)));
  }
}

void check_folder(const std::string& relative, size_t at_least) {
  const auto folder = test::shared_path_or_skip(relative);
  if (!folder) return;
  const std::vector<std::string> paths = models_below(*folder);
  CHECK(paths.size() >= at_least);
  for (const std::string& path : paths) check_round_trip(path);
}

}  // namespace

TEST_CASE("round trip of the corpus") { check_folder("corpus", 50); }
TEST_CASE("round trip of the conformance models") { check_folder("conformance", 2000); }
TEST_CASE("round trip of the quantizer's models") { check_folder("quantizer", 1); }

TEST_CASE("a quantized dimension beyond the rank is mended with a warning") {
  const auto path = test::shared_path_or_skip("corpus/refuse/tflm__person_detect.tflite");
  if (!path) return;
  std::vector<std::string> warnings;
  const Result<graph::Model> model = tflite::load_model(*path, &warnings);
  REQUIRE(model.ok());
  REQUIRE_FALSE(warnings.empty());
  CHECK(warnings[0] ==
        *path +
            ": tensor #33 'MobilenetV1/MobilenetV1/Conv2d_0/Conv2D_bias': quantized dimension 3 is outside its shape "
            "8; took 0, the only axis with 8 elements");
}

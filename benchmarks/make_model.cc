// make_model int8|uint8|float32 OUT.tflite: MobileNet v2 (224) with random weights, for measuring where no other model
// is at hand.
#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <string_view>

#include "benchmarks/models/mobilenet_v2.h"
#include "common/tflite/writer.h"

namespace {

std::optional<atl::benchmarks::Precision> precision_named(std::string_view name) {
  using atl::benchmarks::Precision;
  if (name == "int8") return Precision::kInt8;
  if (name == "uint8") return Precision::kUint8;
  if (name == "float32") return Precision::kFloat32;
  return {};
}

}  // namespace

int main(int count, char** arguments) {
  const auto precision = count == 3 ? precision_named(arguments[1]) : std::nullopt;
  if (!precision) {
    fmt::print(stderr, "usage: make_model int8|uint8|float32 OUT.tflite\n");
    return 2;
  }
  const atl::Status status = atl::tflite::save_model(atl::benchmarks::make_mobilenet_v2(*precision), arguments[2]);
  if (status.ok()) return 0;
  fmt::print(stderr, "make_model: {}\n", status.error().text());
  return status.error().exit_status();
}

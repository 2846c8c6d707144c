#include "quantizer/plan/scheme.h"

#include <array>
#include <utility>

namespace atl::quantizer {
namespace {

constexpr std::array kNames{
    std::pair(Precision::kFloat32, "float32"),        std::pair(Precision::kInt8, "int8"),
    std::pair(Precision::kInt16x8, "int16x8"),        std::pair(Precision::kDynamicRange, "dynamic-range"),
    std::pair(Precision::kWeightOnly, "weight-only"), std::pair(Precision::kFloat16, "float16")};

}  // namespace

std::string_view precision_name(Precision precision) {
  for (const auto& [value, name] : kNames) {
    if (value == precision) return name;
  }
  return "?";
}

std::optional<Precision> precision_from_name(std::string_view text) {
  for (const auto& [value, name] : kNames) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace atl::quantizer

// The integers a float model is quantized to, and what a single operator computes in.
#pragma once

#include <optional>
#include <string_view>

#include "common/graph/dtype.h"

namespace atl::quantizer {

// What is asked for the model.
enum class Scheme : uint8_t {
  kInt8,     // int8 activations with zero points, int8 weights, int32 biases
  kInt16x8,  // int16 activations around 0, int8 weights, int64 biases
};

constexpr std::string_view scheme_name(Scheme scheme) { return scheme == Scheme::kInt8 ? "int8" : "int16x8"; }

constexpr graph::DType activation_type(Scheme scheme) {
  return scheme == Scheme::kInt8 ? graph::DType::kInt8 : graph::DType::kInt16;
}

// What an operator gets: the integers of a scheme, or float32 activations with weights as they are or in one of the
// forms of weights.h.
enum class Precision : uint8_t { kFloat32, kInt8, kInt16x8, kDynamicRange, kWeightOnly, kFloat16 };

constexpr Precision precision_of(Scheme scheme) {
  return scheme == Scheme::kInt8 ? Precision::kInt8 : Precision::kInt16x8;
}

// As modes are called: "int8", "dynamic-range"; and "float32".
std::string_view precision_name(Precision precision);
std::optional<Precision> precision_from_name(std::string_view name);

// The type of the operator's activations.
constexpr graph::DType activation_type(Precision precision) {
  if (precision == Precision::kInt8) return graph::DType::kInt8;
  return precision == Precision::kInt16x8 ? graph::DType::kInt16 : graph::DType::kFloat32;
}

// Of an operator whose activations have that integer type.
constexpr graph::DType bias_type(graph::DType activations) {
  return activations == graph::DType::kInt8 ? graph::DType::kInt32 : graph::DType::kInt64;
}

}  // namespace atl::quantizer

// The integers a float model is quantized to, and what a single operator computes in.
#pragma once

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

// What an operator gets: the integers of a scheme, or nothing.
enum class Precision : uint8_t { kFloat32, kInt8, kInt16x8 };

constexpr Precision precision_of(Scheme scheme) {
  return scheme == Scheme::kInt8 ? Precision::kInt8 : Precision::kInt16x8;
}

// The type of the operator's activations; float32 for those that stay as they are.
constexpr graph::DType activation_type(Precision precision) {
  switch (precision) {
    case Precision::kInt8: return graph::DType::kInt8;
    case Precision::kInt16x8: return graph::DType::kInt16;
    case Precision::kFloat32: break;
  }
  return graph::DType::kFloat32;
}

// Of an operator whose activations have that integer type.
constexpr graph::DType bias_type(graph::DType activations) {
  return activations == graph::DType::kInt8 ? graph::DType::kInt32 : graph::DType::kInt64;
}

}  // namespace atl::quantizer

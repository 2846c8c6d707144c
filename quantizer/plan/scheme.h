// The integers a float model is quantized to.
#pragma once

#include <string_view>

#include "common/graph/dtype.h"

namespace atl::quantizer {

enum class Scheme : uint8_t {
  kInt8,     // int8 activations with zero points, int8 weights, int32 biases
  kInt16x8,  // int16 activations around 0, int8 weights, int64 biases
};

constexpr std::string_view scheme_name(Scheme scheme) { return scheme == Scheme::kInt8 ? "int8" : "int16x8"; }

constexpr graph::DType activation_type(Scheme scheme) {
  return scheme == Scheme::kInt8 ? graph::DType::kInt8 : graph::DType::kInt16;
}

constexpr graph::DType bias_type(Scheme scheme) {
  return scheme == Scheme::kInt8 ? graph::DType::kInt32 : graph::DType::kInt64;
}

}  // namespace atl::quantizer

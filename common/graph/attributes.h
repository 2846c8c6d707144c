// Attributes of operators: one plain struct for each option table an operator of ops.def uses.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "common/graph/dtype.h"

namespace atl::graph {

// Values are those of the TensorFlow Lite schema.
enum class Padding : int8_t { kSame = 0, kValid = 1 };
enum class Activation : int8_t { kNone = 0, kRelu = 1, kReluN1To1 = 2, kRelu6 = 3, kTanh = 4, kSignBit = 5 };

std::string_view activation_name(Activation activation);

struct NoAttrs {
  bool operator==(const NoAttrs&) const = default;
};

struct Conv2DAttrs {
  Padding padding = Padding::kSame;
  int32_t stride_h = 1, stride_w = 1;      // >= 1
  int32_t dilation_h = 1, dilation_w = 1;  // >= 1
  Activation activation = Activation::kNone;
  DType quantized_bias_type = DType::kFloat32;  // kFloat32 stands for "not stated"

  bool operator==(const Conv2DAttrs&) const = default;
};

struct DepthwiseConv2DAttrs {
  Padding padding = Padding::kSame;
  int32_t stride_h = 1, stride_w = 1;
  int32_t dilation_h = 1, dilation_w = 1;
  int32_t depth_multiplier = 1;  // informative: output channels / input channels decides
  Activation activation = Activation::kNone;

  bool operator==(const DepthwiseConv2DAttrs&) const = default;
};

struct FullyConnectedAttrs {
  Activation activation = Activation::kNone;
  bool shuffled_weights = false;  // the SHUFFLED4x16INT8 weights format
  bool keep_num_dims = false;
  bool asymmetric_quantize_inputs = false;
  DType quantized_bias_type = DType::kFloat32;

  bool operator==(const FullyConnectedAttrs&) const = default;
};

struct AddAttrs {
  Activation activation = Activation::kNone;
  bool pot_scale_int16 = true;

  bool operator==(const AddAttrs&) const = default;
};

struct Pool2DAttrs {
  Padding padding = Padding::kSame;
  int32_t stride_h = 1, stride_w = 1;
  int32_t filter_h = 1, filter_w = 1;
  Activation activation = Activation::kNone;

  bool operator==(const Pool2DAttrs&) const = default;
};

struct ReduceAttrs {
  bool keep_dims = false;

  bool operator==(const ReduceAttrs&) const = default;
};

struct ReshapeAttrs {
  std::vector<int32_t> new_shape;  // used only when the op has no shape input

  bool operator==(const ReshapeAttrs&) const = default;
};

struct SqueezeAttrs {
  std::vector<int32_t> squeeze_dims;  // empty: all of extent 1

  bool operator==(const SqueezeAttrs&) const = default;
};

struct SoftmaxAttrs {
  float beta = 1.0f;

  bool operator==(const SoftmaxAttrs&) const = default;
};

struct ConcatenationAttrs {
  int32_t axis = 0;  // negative counts from the end
  Activation activation = Activation::kNone;

  bool operator==(const ConcatenationAttrs&) const = default;
};

using Attributes = std::variant<NoAttrs, Conv2DAttrs, DepthwiseConv2DAttrs, FullyConnectedAttrs, AddAttrs, Pool2DAttrs,
                                ReduceAttrs, ReshapeAttrs, SqueezeAttrs, SoftmaxAttrs, ConcatenationAttrs>;

}  // namespace atl::graph

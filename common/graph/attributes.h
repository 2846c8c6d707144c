// Attributes of operators: one plain struct for each option table an operator of ops.def uses.
#pragma once

#include <cstdint>
#include <string>
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

// ADD and SUB.
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

// Nothing but a fused activation (MUL, DIV, L2_NORMALIZATION).
struct ActivationAttrs {
  Activation activation = Activation::kNone;

  bool operator==(const ActivationAttrs&) const = default;
};

struct TransposeConvAttrs {
  Padding padding = Padding::kSame;
  int32_t stride_h = 1, stride_w = 1;  // >= 1
  Activation activation = Activation::kNone;
  DType quantized_bias_type = DType::kFloat32;

  bool operator==(const TransposeConvAttrs&) const = default;
};

struct BatchMatMulAttrs {
  bool adj_x = false, adj_y = false;  // the last two axes of the operand are exchanged
  bool asymmetric_quantize_inputs = false;

  bool operator==(const BatchMatMulAttrs&) const = default;
};

struct SvdfAttrs {
  int32_t rank = 1;  // >= 1; filters / rank units
  Activation activation = Activation::kNone;
  bool asymmetric_quantize_inputs = false;

  bool operator==(const SvdfAttrs&) const = default;
};

struct SequenceRnnAttrs {
  bool time_major = false;  // time, batch, ... rather than batch, time, ...
  Activation activation = Activation::kNone;
  bool asymmetric_quantize_inputs = false;

  bool operator==(const SequenceRnnAttrs&) const = default;
};

struct UnidirectionalLstmAttrs {
  Activation activation = Activation::kNone;
  float cell_clip = 0, proj_clip = 0;  // 0: no clipping
  bool time_major = false;
  bool asymmetric_quantize_inputs = false;
  bool diagonal_recurrent_tensors = false;

  bool operator==(const UnidirectionalLstmAttrs&) const = default;
};

struct BidirectionalLstmAttrs {
  Activation activation = Activation::kNone;
  float cell_clip = 0, proj_clip = 0;  // 0: no clipping
  bool merge_outputs = false;          // forward and backward in one tensor
  bool time_major = true;
  bool asymmetric_quantize_inputs = false;

  bool operator==(const BidirectionalLstmAttrs&) const = default;
};

struct LrnAttrs {
  int32_t radius = 0;  // channels on either side, >= 0
  float bias = 0, alpha = 0, beta = 0;

  bool operator==(const LrnAttrs&) const = default;
};

struct ResizeAttrs {
  bool align_corners = false, half_pixel_centers = false;

  bool operator==(const ResizeAttrs&) const = default;
};

struct BlockAttrs {
  int32_t block_size = 1;  // >= 1

  bool operator==(const BlockAttrs&) const = default;
};

struct GatherAttrs {
  int32_t axis = 0;  // negative counts from the end
  int32_t batch_dims = 0;

  bool operator==(const GatherAttrs&) const = default;
};

// Masks have a bit for every element of begin, end and strides, the first lowest.
struct StridedSliceAttrs {
  int32_t begin_mask = 0, end_mask = 0;  // these begins and ends count as the whole axis
  int32_t ellipsis_mask = 0, new_axis_mask = 0, shrink_axis_mask = 0;
  bool offset = false;  // ends are relative to begins

  bool operator==(const StridedSliceAttrs&) const = default;
};

struct SplitAttrs {
  int32_t num_splits = 0;  // the number of outputs

  bool operator==(const SplitAttrs&) const = default;
};

struct PackAttrs {
  int32_t values_count = 0;  // the number of inputs
  int32_t axis = 0;

  bool operator==(const PackAttrs&) const = default;
};

struct UnpackAttrs {
  int32_t num = 0;  // the number of outputs
  int32_t axis = 0;

  bool operator==(const UnpackAttrs&) const = default;
};

struct OneHotAttrs {
  int32_t axis = -1;  // -1: a new last axis

  bool operator==(const OneHotAttrs&) const = default;
};

struct LeakyReluAttrs {
  float alpha = 0;

  bool operator==(const LeakyReluAttrs&) const = default;
};

struct MirrorPadAttrs {
  bool symmetric = false;  // the border itself is mirrored too

  bool operator==(const MirrorPadAttrs&) const = default;
};

struct CumsumAttrs {
  bool exclusive = false, reverse = false;

  bool operator==(const CumsumAttrs&) const = default;
};

struct GeluAttrs {
  bool approximate = false;

  bool operator==(const GeluAttrs&) const = default;
};

// Steps of 0 .. 2^num_bits - 1, or of 1 .. with narrow_range, over [min, max].
struct FakeQuantAttrs {
  float min = -1, max = 1;
  int32_t num_bits = 8;
  bool narrow_range = false;

  bool operator==(const FakeQuantAttrs&) const = default;
};

// The element type of indices and extents (ARG_MAX, ARG_MIN, SHAPE); the output tensor has it too.
struct OutputTypeAttrs {
  DType type = DType::kInt32;

  bool operator==(const OutputTypeAttrs&) const = default;
};

// Subgraphs are indices in the model.
struct IfAttrs {
  int32_t then_subgraph = 0, else_subgraph = 0;

  bool operator==(const IfAttrs&) const = default;
};

struct WhileAttrs {
  int32_t cond_subgraph = 0, body_subgraph = 0;

  bool operator==(const WhileAttrs&) const = default;
};

struct CallOnceAttrs {
  int32_t init_subgraph = 0;

  bool operator==(const CallOnceAttrs&) const = default;
};

// Two handles of the same names are the same variable.
struct VarHandleAttrs {
  std::string container, shared_name;

  bool operator==(const VarHandleAttrs&) const = default;
};

using Attributes =
    std::variant<NoAttrs, Conv2DAttrs, DepthwiseConv2DAttrs, FullyConnectedAttrs, AddAttrs, Pool2DAttrs, ReduceAttrs,
                 ReshapeAttrs, SqueezeAttrs, SoftmaxAttrs, ConcatenationAttrs, ActivationAttrs, TransposeConvAttrs,
                 BatchMatMulAttrs, SvdfAttrs, SequenceRnnAttrs, UnidirectionalLstmAttrs, BidirectionalLstmAttrs,
                 LrnAttrs, ResizeAttrs, BlockAttrs, GatherAttrs, StridedSliceAttrs, SplitAttrs, PackAttrs, UnpackAttrs,
                 OneHotAttrs, LeakyReluAttrs, MirrorPadAttrs, CumsumAttrs, GeluAttrs, OutputTypeAttrs, IfAttrs,
                 WhileAttrs, CallOnceAttrs, VarHandleAttrs, FakeQuantAttrs>;

}  // namespace atl::graph

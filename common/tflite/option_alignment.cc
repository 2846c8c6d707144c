#include "common/tflite/option_alignment.h"

namespace atl::tflite {
namespace {

using flatbuffers::voffset_t;
using Type = fb::BuiltinOptions2;

// The vectors of 64-bit elements of one table, as places in its vtable; 0 ends the list.
struct Row {
  Type type;
  voffset_t fields[8];
};

// clang-format off
constexpr Row kRows[] = {
    {Type::StablehloBroadcastInDimOptions, {fb::StablehloBroadcastInDimOptions::VT_BROADCAST_DIMENSIONS}},
    {Type::StablehloSliceOptions,
     {fb::StablehloSliceOptions::VT_START_INDICES, fb::StablehloSliceOptions::VT_LIMIT_INDICES,
      fb::StablehloSliceOptions::VT_STRIDES}},
    {Type::StablehloConvolutionOptions,
     {fb::StablehloConvolutionOptions::VT_WINDOW_STRIDES, fb::StablehloConvolutionOptions::VT_PADDING,
      fb::StablehloConvolutionOptions::VT_LHS_DILATION, fb::StablehloConvolutionOptions::VT_RHS_DILATION,
      fb::StablehloConvolutionOptions::VT_INPUT_SPATIAL_DIMENSIONS,
      fb::StablehloConvolutionOptions::VT_KERNEL_SPATIAL_DIMENSIONS,
      fb::StablehloConvolutionOptions::VT_OUTPUT_SPATIAL_DIMENSIONS}},
    {Type::StablehloReduceOptions, {fb::StablehloReduceOptions::VT_DIMENSIONS}},
    {Type::StablehloScatterOptions,
     {fb::StablehloScatterOptions::VT_UPDATE_WINDOW_DIMS, fb::StablehloScatterOptions::VT_INSERTED_WINDOW_DIMS,
      fb::StablehloScatterOptions::VT_SCATTER_DIMS_TO_OPERAND_DIMS}},
    {Type::StablehloDynamicSliceOptions, {fb::StablehloDynamicSliceOptions::VT_SLICE_SIZES}},
    {Type::StablehloPadOptions,
     {fb::StablehloPadOptions::VT_EDGE_PADDING_LOW, fb::StablehloPadOptions::VT_EDGE_PADDING_HIGH,
      fb::StablehloPadOptions::VT_INTERIOR_PADDING}},
    {Type::StablehloDotGeneralOptions,
     {fb::StablehloDotGeneralOptions::VT_LHS_BATCHING_DIMENSIONS,
      fb::StablehloDotGeneralOptions::VT_RHS_BATCHING_DIMENSIONS,
      fb::StablehloDotGeneralOptions::VT_LHS_CONTRACTING_DIMENSIONS,
      fb::StablehloDotGeneralOptions::VT_RHS_CONTRACTING_DIMENSIONS}},
    {Type::StablehloReduceWindowOptions,
     {fb::StablehloReduceWindowOptions::VT_WINDOW_DIMENSIONS, fb::StablehloReduceWindowOptions::VT_WINDOW_STRIDES,
      fb::StablehloReduceWindowOptions::VT_BASE_DILATIONS, fb::StablehloReduceWindowOptions::VT_WINDOW_DILATIONS,
      fb::StablehloReduceWindowOptions::VT_PADDING}},
    {Type::StablehloGatherOptions,
     {fb::StablehloGatherOptions::VT_OFFSET_DIMS, fb::StablehloGatherOptions::VT_COLLAPSED_SLICE_DIMS,
      fb::StablehloGatherOptions::VT_START_INDEX_MAP, fb::StablehloGatherOptions::VT_SLICE_SIZES}},
    {Type::StablehloTransposeOptions, {fb::StablehloTransposeOptions::VT_PERMUTATION}},
};
// clang-format on

bool is_aligned(const flatbuffers::Table& table, voffset_t field) {
  const auto* vector = table.GetPointer<const flatbuffers::Vector<int64_t>*>(field);
  return vector == nullptr || reinterpret_cast<uintptr_t>(vector->Data()) % alignof(int64_t) == 0;
}

}  // namespace

bool is_aligned(const void* table, Type type) {
  for (const Row& row : kRows) {
    if (row.type != type) continue;
    for (const voffset_t* field = row.fields; *field != 0; ++field) {
      if (!is_aligned(*static_cast<const flatbuffers::Table*>(table), *field)) return false;
    }
  }
  return true;
}

}  // namespace atl::tflite

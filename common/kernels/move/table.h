// The kernels of this folder. One row a combination of element types; rows are tried in order, after those of the other
// folders.
#pragma once

#include <array>

#include "common/kernels/move/kernels.h"

namespace atl::kernels::move {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kReshape, "T, int32? -> T", prepare_copy},
    Variant{graph::OpKind::kSqueeze, "T -> T", prepare_copy},
    Variant{graph::OpKind::kBatchToSpaceNd, "T, int32, int32 -> T", prepare_batch_to_space},
    Variant{graph::OpKind::kBroadcastArgs, "T, T -> T", prepare_broadcast_args},
    Variant{graph::OpKind::kBroadcastTo, "T, int32|int64 -> T", prepare_broadcast_to},
    Variant{graph::OpKind::kConcatenation, "T... -> T", prepare_concatenation},
    Variant{graph::OpKind::kConcatenation, "int4... -> int4", prepare_concatenation},
    Variant{graph::OpKind::kDensify, "T -> T", prepare_densify},
    Variant{graph::OpKind::kDepthToSpace, "T -> T", prepare_depth_to_space},
    Variant{graph::OpKind::kDynamicUpdateSlice, "T, T, int32|int64 -> T", prepare_dynamic_update_slice},
    Variant{graph::OpKind::kDynamicUpdateSlice, "int4, int4, int32|int64 -> int4", prepare_dynamic_update_slice},
    Variant{graph::OpKind::kEmbeddingLookup, "int32, T -> T", prepare_embedding_lookup},
    Variant{graph::OpKind::kExpandDims, "T, int32|int64 -> T", prepare_expand_dims},
    Variant{graph::OpKind::kFill, "int32|int64, T -> T", prepare_fill},
    Variant{graph::OpKind::kGather, "T, int16|int32|int64 -> T", prepare_gather},
    Variant{graph::OpKind::kGather, "int4, int16|int32|int64 -> int4", prepare_gather},
    Variant{graph::OpKind::kGatherNd, "T, int16|int32|int64 -> T", prepare_gather_nd},
    Variant{graph::OpKind::kMirrorPad, "T, int32|int64 -> T", prepare_mirror_pad},
    Variant{graph::OpKind::kOneHot, "int32|int64, int32, T, T -> T", prepare_one_hot},
    Variant{graph::OpKind::kPack, "T... -> T", prepare_pack},
    Variant{graph::OpKind::kPad, "T, int8|int16|int32|int64 -> T", prepare_pad},
    Variant{graph::OpKind::kPadV2, "T, int8|int16|int32|int64, T -> T", prepare_pad_v2},
    Variant{graph::OpKind::kRank, "any -> int32", prepare_rank},
    Variant{graph::OpKind::kResizeNearestNeighbor, "T, int32 -> T", prepare_resize_nearest},
    Variant{graph::OpKind::kReverse, "T, int32 -> T", prepare_reverse},
    Variant{graph::OpKind::kShape, "any -> int32|int64", prepare_shape},
    Variant{graph::OpKind::kSlice, "T, int32|int64, int32|int64 -> T", prepare_slice},
    Variant{graph::OpKind::kSlice, "int4, int32|int64, int32|int64 -> int4", prepare_slice},
    Variant{graph::OpKind::kSpaceToBatchNd, "T, int32, int32 -> T", prepare_space_to_batch},
    Variant{graph::OpKind::kSpaceToDepth, "T -> T", prepare_space_to_depth},
    Variant{graph::OpKind::kSplit, "int32, T -> T...", prepare_split},
    Variant{graph::OpKind::kSplitV, "T, int32|int64, int32 -> T...", prepare_split_v},
    Variant{graph::OpKind::kStridedSlice, "T, int32|int64, int32|int64, int32|int64 -> T", prepare_strided_slice},
    Variant{graph::OpKind::kTile, "T, int32|int64 -> T", prepare_tile},
    Variant{graph::OpKind::kTranspose, "T, int32|int64 -> T", prepare_transpose},
    Variant{graph::OpKind::kTranspose, "int4, int32|int64 -> int4", prepare_transpose},
    Variant{graph::OpKind::kUnpack, "T -> T...", prepare_unpack},
};

}  // namespace atl::kernels::move

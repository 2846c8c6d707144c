// What prepares the operators that only move bytes, whatever they stand for.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::move {

Result<PreparedKernel> prepare_batch_to_space(const OpContext& context);
Result<PreparedKernel> prepare_broadcast_args(const OpContext& context);
Result<PreparedKernel> prepare_broadcast_to(const OpContext& context);
Result<PreparedKernel> prepare_concatenation(const OpContext& context);  // of equal scales
Result<PreparedKernel> prepare_copy(const OpContext& context);           // RESHAPE, SQUEEZE
Result<PreparedKernel> prepare_densify(const OpContext& context);
Result<PreparedKernel> prepare_depth_to_space(const OpContext& context);
Result<PreparedKernel> prepare_dynamic_update_slice(const OpContext& context);
Result<PreparedKernel> prepare_embedding_lookup(const OpContext& context);  // table and output of one type
Result<PreparedKernel> prepare_expand_dims(const OpContext& context);
Result<PreparedKernel> prepare_fill(const OpContext& context);
Result<PreparedKernel> prepare_gather(const OpContext& context);
Result<PreparedKernel> prepare_gather_nd(const OpContext& context);
Result<PreparedKernel> prepare_mirror_pad(const OpContext& context);
Result<PreparedKernel> prepare_one_hot(const OpContext& context);
Result<PreparedKernel> prepare_pack(const OpContext& context);
Result<PreparedKernel> prepare_pad(const OpContext& context);
Result<PreparedKernel> prepare_pad_v2(const OpContext& context);
Result<PreparedKernel> prepare_rank(const OpContext& context);
Result<PreparedKernel> prepare_resize_nearest(const OpContext& context);
Result<PreparedKernel> prepare_reverse(const OpContext& context);
Result<PreparedKernel> prepare_shape(const OpContext& context);
Result<PreparedKernel> prepare_slice(const OpContext& context);
Result<PreparedKernel> prepare_space_to_batch(const OpContext& context);
Result<PreparedKernel> prepare_space_to_depth(const OpContext& context);
Result<PreparedKernel> prepare_split(const OpContext& context);
Result<PreparedKernel> prepare_split_v(const OpContext& context);
Result<PreparedKernel> prepare_strided_slice(const OpContext& context);
Result<PreparedKernel> prepare_tile(const OpContext& context);
Result<PreparedKernel> prepare_transpose(const OpContext& context);
Result<PreparedKernel> prepare_unpack(const OpContext& context);

}  // namespace atl::kernels::move

// What prepares windows, resizings, detections and look-ups in float32.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::f32 {

Result<PreparedKernel> prepare_detections(const OpContext& context);
Result<PreparedKernel> prepare_embedding_lookup(const OpContext& context);  // of a quantized table
Result<PreparedKernel> prepare_l2_pool_2d(const OpContext& context);
Result<PreparedKernel> prepare_local_response(const OpContext& context);
Result<PreparedKernel> prepare_resize_bilinear(const OpContext& context);  // uint8 too

}  // namespace atl::kernels::f32

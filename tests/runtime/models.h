// Models that the compiler splits between host and accelerator.
#pragma once

#include "common/graph/builder.h"

namespace atl::test {

// float32 'x' 1x6 -> QUANTIZE 'q' (host) -> RELU 'r', FULLY_CONNECTED 'f' (accelerator) -> DEQUANTIZE 'y' (host).
graph::Model float_edges_model();

// Two segments with a host operator between: int8 'x' -> RELU 'r1' -> DEQUANTIZE 'd' -> QUANTIZE 'q' -> RELU 'r2'.
graph::Model two_segment_model();

}  // namespace atl::test

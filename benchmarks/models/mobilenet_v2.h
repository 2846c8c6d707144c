// MobileNet v2 (Sandler et al. 2018, table 2), width 1.0, 1001 classes, batch 1, with random weights: 301 million
// multiply-accumulates at 224 x 224. kUint8 has the operators of the older quantized releases (AVERAGE_POOL_2D, the
// classifier as CONV_2D, RESHAPE), the others those of a current converter (MEAN, FULLY_CONNECTED).
#pragma once

#include "benchmarks/models/random_layers.h"

namespace atl::benchmarks {

graph::Model make_mobilenet_v2(Precision precision, int32_t image = 224, uint64_t seed = 1);

}  // namespace atl::benchmarks

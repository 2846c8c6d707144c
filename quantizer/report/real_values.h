// What the elements of a tensor stand for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/report/error_statistics.h"

namespace atl::quantizer {

// Whether real_values knows the type: float32, float16, and int8, uint8, int16, int32, int64 with scales.
bool has_real_values(const graph::Tensor& tensor);

// Of `bytes`, elements of a tensor for which has_real_values is true: scale x (q - zero point), channel by channel.
void real_values(const graph::Tensor& tensor, std::span<const uint8_t> bytes, std::vector<float>& values);

// What a tensor of 8- or 16-bit integers with one scale can hold; otherwise unbounded.
ErrorStatistics::Bounds bounds_of(const graph::Tensor& tensor);

}  // namespace atl::quantizer

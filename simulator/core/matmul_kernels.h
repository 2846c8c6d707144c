// The inner loops of matmul, on plain arrays. Sums wrap at 32 bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace atl::simulator {

// Rows of int16 that add_dense reads are zero-padded to a multiple of this many elements.
inline constexpr size_t kRowMultiple = 16;

void widen_unsigned(const uint8_t* in, int zero_point, size_t count, int16_t* out);
void widen_signed(const int8_t* in, int zero_point, size_t count, int16_t* out);

// values[i] = 256 * high + low[i], low in 0 .. 255; values[i] becomes high.
void split_bytes(int16_t* values, size_t count, int16_t* low);

// accumulators[j] += sum over k < row_stride of activations[k] * weights[j * row_stride + k]. row_stride is a multiple
// of kRowMultiple, at most 1024 elements of 9 bits are not zero: no partial sum leaves 32 bits.
void add_dense(const int16_t* activations, const int16_t* weights, size_t row_stride, size_t columns,
               int32_t* accumulators);

// accumulators[j] += activations[j] * weights[j]
void add_elementwise(const int16_t* activations, const int16_t* weights, size_t columns, int32_t* accumulators);

// accumulators[j] += activations[j / repeat] * weights[j]
void add_repeated(const int16_t* activations, const int16_t* weights, size_t columns, size_t repeat,
                  int32_t* accumulators);

}  // namespace atl::simulator

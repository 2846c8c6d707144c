// The sparse encoding of constants: levels of a tree, one an axis in the order of traversal, whose leaves are the
// stored elements in order. A dense level has every index of its axis, a sparse one those of its lists. An axis may be
// cut into blocks; the place within a block is an axis of its own, behind all others.
#pragma once

#include <span>

#include "common/tflite/native.h"

namespace atl::tflite {

// Puts the elements of a sparse tensor to their places among zeros. `element` bytes each, `dense` as long as the shape
// says. kInvalid.
Status write_sparse(const fb::SparsityParametersT& sparsity, const graph::Shape& shape, size_t element,
                    std::span<const uint8_t> stored, std::span<uint8_t> dense);

}  // namespace atl::tflite

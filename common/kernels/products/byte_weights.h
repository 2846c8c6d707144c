// Weights of a byte each, as they are in the model or unpacked from fewer bits.
#pragma once

#include <vector>

#include "common/kernels/interface/op_context.h"
#include "common/kernels/products/int_gemm.h"

namespace atl::kernels::products {

// The weights of an operator, at hand as rows for the matrix product.
class ByteWeights {
 public:
  ByteWeights() = default;
  // For float activations: the reference takes the bytes for int8 even where the tensor says uint8.
  static ByteWeights for_floats(const OpContext& context, size_t i) {
    ByteWeights weights(context, i, 0);
    weights.as_signed_ = true;
    return weights;
  }
  // Input i of the operator: int8, uint8, int4 or int2 (packed, the lowest bits first).
  ByteWeights(const OpContext& context, size_t i, int32_t zero_point);

  // What the input's bytes are at this run; rows of `depth` elements, from row `first`. Valid while `view` is.
  WeightRows rows(const ConstView& view, int64_t first, int64_t depth);

 private:
  graph::DType type_ = graph::DType::kInt8;
  int32_t zero_point_ = 0;
  bool constant_ = false, as_signed_ = false;
  std::vector<uint8_t> unpacked_;  // of int4 and int2
};

}  // namespace atl::kernels::products

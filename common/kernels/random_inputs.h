// Inputs drawn from a seed, for running and checking a model without data. The same seed gives the same bytes
// everywhere.
//
// The generator is SplitMix64 (Steele, Lea, Flood 2014). Each tensor of each invocation has a stream of its own,
// started at mix(mix(mix(seed) + position) + invocation), where mix is the generator's output function on its argument.
//   integers, bool   the bytes of successive draws, little-endian: uniform over the whole range of the type (bool: the
//   low bit) float16/32/64    one draw an element: its highest 11, 24 or 53 bits as a fraction, uniform in [-1, 1)
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::kernels {

class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t state) : state_(state) {}
  uint64_t operator()() { return mix(state_ += 0x9E3779B97F4A7C15u); }

  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

// Bytes of a tensor as the input at a position. kUnsupported for types without a fixed size and complex ones.
Result<Bytes> random_tensor(const graph::Tensor& tensor, uint64_t seed, size_t position, int64_t invocation);

// All inputs of a subgraph, by position.
Result<std::vector<Bytes>> random_inputs(const graph::Subgraph& subgraph, uint64_t seed, int64_t invocation = 0);

}  // namespace atl::kernels

// Runs a quantized model operator by operator, each for all samples before the next, so that an operator can be changed
// knowing what it will read.
#pragma once

#include <functional>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::quantizer {

// The real numbers that float32 or quantized bytes stand for.
std::vector<float> real_values_of(std::span<const uint8_t> bytes, const graph::Tensor& tensor);

// How many of the samples can be held at once, within 256 MiB of activations; at least 4, as far as there are so many.
size_t samples_held(const graph::Subgraph& subgraph, size_t samples);

// Called before an operator runs: `values` by tensor (empty for constants and what isn't alive), then by sample.
using Values = std::vector<std::vector<Bytes>>;
using BeforeOp = std::function<Status(size_t op, const Values& values)>;

// `samples` hold float32 bytes for quantized inputs. The operator may be changed by `before`, operands included.
Status run_by_operator(graph::Model& model, const std::vector<std::vector<Bytes>>& samples, const BeforeOp& before);

}  // namespace atl::quantizer

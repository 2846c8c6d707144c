// Tensors of a simulated model: those of host operators, and those inside of segments that the programs write to
// memory.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "runtime/compiled_runner.h"
#include "tools/simulated_model.h"

namespace atl::tools {

// A tensor after the runner's last run(), in the shape it got there. Valid until the next.
using ReadTensor = std::function<kernels::ConstView(const runtime::CompiledRunner&)>;

// For a model compiled on the way: every tensor that can be read, by its index in the original model; twice if both the
// host has it and a program writes it to memory. The runner must preserve all tensors and capture materialized ones;
// the model outlives the result.
std::multimap<size_t, ReadTensor> readable_tensors(const SimulatedModel& model, const runtime::CompiledRunner& runner);

// A tensor inside of a segment of a model that was compiled earlier: all that is known of it. Read as uint8, of no
// shape.
struct SegmentTensor {
  std::string name;  // "#<index>" where the program has no name
  ReadTensor read;
};
std::vector<SegmentTensor> segment_tensors(const runtime::CompiledRunner& runner);

}  // namespace atl::tools

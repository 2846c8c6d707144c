// What a simulation writes to --output: outputs, or all tensors, of every invocation.
#pragma once

#include <vector>

#include "common/arrays/array.h"
#include "common/kernels/tensor_arrays.h"
#include "tools/simulated_model.h"
#include "tools/simulated_tensors.h"

namespace atl::tools {

class SimulationArrays {
 public:
  // Of a model that was compiled earlier, tensors inside of segments become arrays of plain bytes: their types are in
  // the original model alone. kUnsupported as ArrayCollector::create.
  static Result<SimulationArrays> create(const SimulatedModel& model, const runtime::CompiledRunner& runner,
                                         bool leading_axis, bool all_tensors);

  // Adds the invocation that the runner just did. kUnsupported as ArrayCollector::append.
  Status append(const runtime::CompiledRunner& runner);

  arrays::NamedArrays take() &&;

 private:
  explicit SimulationArrays(kernels::ArrayCollector collector) : collector_(std::move(collector)) {}

  kernels::ArrayCollector collector_;
  std::vector<ReadTensor> reads_;           // of the collector's tensors; empty: they are the outputs
  std::vector<SegmentTensor> raw_tensors_;  // beside them
  std::vector<arrays::Array> raw_arrays_;
  bool leading_axis_ = false;
};

}  // namespace atl::tools

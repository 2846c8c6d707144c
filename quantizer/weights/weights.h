// Quantization of constants alone: no data is needed, and activations stay float32.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/plan/forms.h"

namespace atl::quantizer {

enum class WeightMode {
  kDynamicRange,  // int8 weights, read as they are by operators with hybrid kernels, through DEQUANTIZE by others
  kWeightOnly,    // int8 weights, through DEQUANTIZE everywhere: all arithmetic is float
  kFloat16,       // every float32 constant in float16, through DEQUANTIZE
};

struct WeightOptions {
  WeightMode mode = WeightMode::kDynamicRange;
  // Weights of fewer elements stay float32 (not with kFloat16).
  int64_t min_elements = 1024;
  // As the older tool, Quantize Weights, had it: one scale for FULLY_CONNECTED.
  bool per_tensor_fully_connected = false;
  // By operator of the main subgraph, in place of `mode` there; those that aren't kDynamicRange, kWeightOnly or
  // kFloat16 keep their constants. Empty: `mode` for all.
  std::vector<OpChoice> choices;
};

// What became of a constant that could have been quantized.
struct WeightReport {
  size_t subgraph = 0;
  std::string tensor;
  int64_t elements = 0;
  bool quantized = false;
  std::string note;  // "int8, 10 scales", "float16"; or why not: "108 elements, below 1024"
};

struct WeightResult {
  graph::Model model;  // verified
  std::vector<WeightReport> weights;
  std::vector<std::string> warnings;
};

// Weights are symmetric: scale max|w| / 127, one an output channel where the operator has such and all that read them
// agree, else one; q = round(w * (1 / scale)) as TensorFlow's converter has it. float16 is rounded to nearest even and
// clamped to +-65504, with a warning.
// The model has passed graph::verify. kUnsupported: weights that are not finite, or a model without float32 weights.
// Same model and options: same result.
// A constant that several operators read is quantized when all of them are given a mode, and the same one as far as
// float16 goes.
Result<WeightResult> quantize_weights(const graph::Model& model, const WeightOptions& options);

// The same for the main subgraph alone, of which nothing need be found. `result` gets reports and warnings.
Status quantize_main_weights(graph::Model& model, const WeightOptions& options, WeightResult& result);

// What a precision means for weights; nothing for integers and float32.
std::optional<WeightMode> weight_mode(Precision precision);

}  // namespace atl::quantizer

// What `quantize` prints of a model whose activations it quantized.
#pragma once

#include <string>

#include "quantizer/quantize.h"
#include "tools/console.h"

namespace atl::tools {

struct QuantizationSummary {
  std::string model, output, mode, recipe;  // as the user gave them
  graph::DType input_type, output_type;
  quantizer::CalibrationMethod calibration;
};

Json quantization_json(const QuantizationSummary& summary, const quantizer::QuantizeResult& result);

// What was prepared and refined, and in a line or two what came of it; with `all` every tensor and every operator that
// a recipe keeps in float32 as well. `quality`: the table of the quality report, or nothing.
void print_quantization(const QuantizationSummary& summary, const quantizer::QuantizeResult& result, bool all,
                        const std::string& quality);

}  // namespace atl::tools

// The modes of `quantize` that change constants alone.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/weights/weights.h"
#include "tools/console.h"
#include "tools/quality_report.h"

namespace atl::tools {

struct WeightQuantization {
  std::string model, output, mode;  // as the user gave them
  quantizer::WeightOptions options;
  bool show_tensors = false, json = false;
  QualityRequest quality;
  OpenData open_data;  // for that
};

// Quantizes the model, writes it and prints what was done.
Status quantize_weights(const WeightQuantization& request, const graph::Model& model);

Json weights_json(const std::vector<quantizer::WeightReport>& rows);

}  // namespace atl::tools

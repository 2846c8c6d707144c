// `quantize --report` and `--sensitivity`: how good the quantized model is, on the screen and in files.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "quantizer/quantize.h"

namespace atl::tools {

struct QualityRequest {
  std::vector<std::string> reports;  // files by their ending, "-" for a table on stdout
  bool sensitivity = false;

  bool any() const { return !reports.empty() || sensitivity; }
  bool table() const;  // on stdout
};

// kUsage for a file whose ending is none of .json, .csv and .html, and for one that is named twice; kIo for one in a
// folder that isn't there.
Status check_request(const QualityRequest& request);

// A way to read the representative data once more, from its beginning.
using OpenData = std::function<std::unique_ptr<quantizer::RepresentativeData>()>;

// Runs both models over the data, and with `sensitivity` their variants, and adds what was measured to the result's
// report. Progress on stderr.
Status measure(const QualityRequest& request, const OpenData& open_data, quantizer::QuantizeResult& result);

// The same for a model that was not quantized by `quantizer::quantize`: tensors are found by their names. No
// sensitivity.
Status measure(const graph::Model& before, const graph::Model& after, const OpenData& open_data,
               quantizer::Report& report);

// The report's files. `title`: what was made of what.
Status write_reports(const QualityRequest& request, const quantizer::Report& report, const std::string& title);

// Outputs, operators and, if they were measured, costs as tables.
std::string quality_text(const quantizer::Report& report);

}  // namespace atl::tools

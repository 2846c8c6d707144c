// What quantization did, for people and for tools.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/observe/range.h"
#include "quantizer/report/quality.h"

namespace atl::quantizer {

struct TensorReport {
  size_t tensor = 0;  // index in the quantized model
  std::string name;
  graph::DType type = graph::DType::kInt8;
  graph::Shape shape;
  bool constant = false;
  graph::Quantization quant;              // empty for float edges
  std::optional<Range> observed;          // of activations: the values in the representative data
  std::optional<ErrorStatistics> errors;  // if quality was measured
};

// An operator that computes real numbers.
struct LayerReport {
  size_t op = 0;                            // index in the quantized model
  std::string kind, name;                   // name: of its first output
  graph::DType type = graph::DType::kInt8;  // of that
  std::optional<ErrorStatistics> weights;   // its largest constant
  std::optional<ErrorStatistics> errors;    // its first output, everything before it quantized as well
};

struct OutputReport {
  std::string name;
  ErrorStatistics errors;
  int64_t rows = 0, agreeing = 0;  // OutputQuality
};

// What one operator costs: signal to noise of the model's outputs together, in decibels; infinite without noise.
struct LayerCost {
  size_t op = 0;                // index in the quantized model
  std::string kind, name;       // name: of its first output
  std::optional<double> alone;  // with it quantized and all others in float32
  // With it in int16 activations or in float32 and all others as they are; nothing where that can't be.
  std::optional<double> with_int16, with_float;
};

// The same with the costliest operators together in more bits; those without a form in int16 stay as they are.
struct CostStep {
  size_t ops = 0;
  std::optional<double> with_int16, with_float;
};

struct Report {
  std::vector<TensorReport> tensors;  // every quantized tensor and every float edge
  int64_t samples = 0;
  size_t operators_before = 0, operators_after = 0;
  int64_t constant_bytes_before = 0, constant_bytes_after = 0;  // constants that several tensors share count once
  size_t file_bytes_before = 0, file_bytes_after = 0;           // before: 0 if unknown

  // What add_quality fills in; all empty before.
  int64_t measured_samples = 0;
  std::vector<LayerReport> layers;
  std::vector<OutputReport> outputs;

  // By sensitivity.h: the costliest first.
  std::vector<LayerCost> costs;
  std::vector<CostStep> cost_steps;  // the first one, two, four, ... and all of them
  int64_t cost_samples = 0;
  std::optional<double> cost_baseline;  // the outputs' signal to noise as the model is
};

// `origin` by tensor of `after`: the tensor of the float model that it comes from, -1 for none; `ranges` by tensor of
// the float model.
Report make_report(const graph::Model& before, const graph::Model& after, const std::vector<int32_t>& origin,
                   const std::vector<Range>& ranges);

// Adds what was measured of the model that the report is of.
void add_quality(const graph::Model& after, Quality quality, Report& report);

// A line a tensor: name, type, scale (the smallest and largest of several), zero point, observed range; sizes.
std::string report_text(const Report& report);

}  // namespace atl::quantizer

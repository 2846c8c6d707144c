// What quantization did, for people and for tools.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/observe/range.h"

namespace atl::quantizer {

struct TensorReport {
  size_t tensor = 0;  // index in the quantized model
  std::string name;
  graph::DType type = graph::DType::kInt8;
  graph::Shape shape;
  bool constant = false;
  graph::Quantization quant;      // empty for float edges
  std::optional<Range> observed;  // of activations: the values in the representative data
};

struct Report {
  std::vector<TensorReport> tensors;  // every quantized tensor and every float edge
  int64_t samples = 0;
  size_t operators_before = 0, operators_after = 0;
  int64_t constant_bytes_before = 0, constant_bytes_after = 0;  // constants that several tensors share count once
  size_t file_bytes_after = 0;
};

// `origin` by tensor of `after`: the tensor of the float model that it comes from, -1 for none; `ranges` by tensor of
// the float model.
Report make_report(const graph::Model& before, const graph::Model& after, const std::vector<int32_t>& origin,
                   const std::vector<Range>& ranges);

// A line a tensor: name, type, scale (the smallest and largest of several), zero point, observed range; sizes.
std::string report_text(const Report& report);

}  // namespace atl::quantizer

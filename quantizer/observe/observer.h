// Runs the float model over the representative data and records the range of every float tensor.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/kernels/interpreter.h"
#include "quantizer/observe/calibration.h"
#include "quantizer/observe/range.h"
#include "quantizer/observe/representative_data.h"

namespace atl::quantizer {

// Called after every sample.
using Progress = std::function<void(int64_t done, int64_t total)>;

struct Observations {
  // By tensor of the main subgraph; empty where it is not float32, constant or unused.
  std::vector<Range> ranges;  // as calibrated
  std::vector<Range> seen;    // smallest and largest value
  int64_t samples = 0;
  std::vector<Bytes> first_sample;  // by input
};

class Observer {
 public:
  // The model has passed graph::verify and outlives the observer. kUnsupported for what the float kernels refuse.
  static Result<Observer> create(const graph::Model& model);

  // Opens the data and runs all of it; variables carry on from sample to sample, as they do between invocations of a
  // runtime. Inner tensors (inner_tensors.h) get the ranges of what operators compute inside. Beside the data's own
  // errors kInvalid: a float input or an activation that is NaN or infinite, with sample and element; an input that has
  // one value throughout.
  Result<Observations> run(RepresentativeData& data, const Calibration& calibration, const Progress& progress);

 private:
  // Where the running model's values go.
  struct Record {
    std::vector<RangeLearner> learners;  // by tensor
    CalibrationMethod method = CalibrationMethod::kMinMax;
    std::optional<size_t> not_finite;  // a tensor that held such a value
    std::string not_finite_text;

    void add(size_t tensor, std::span<const uint8_t> values);
  };

  Observer(kernels::Interpreter interpreter, std::unique_ptr<Record> record)
      : record_(std::move(record)), interpreter_(std::move(interpreter)) {}

  Status check_sample(const std::vector<Bytes>& inputs, int64_t sample) const;
  Status record_tensors(int64_t sample);

  std::unique_ptr<Record> record_;  // stays where it is: the interpreter's operators know it
  kernels::Interpreter interpreter_;
};

// kInvalid for every float32 input whose range is a single value. `ranges` by tensor.
Status check_inputs_vary(const graph::Subgraph& subgraph, const std::vector<Range>& ranges);

// Range of float32 values; nothing when one of them is NaN or infinite. `values` need not be aligned.
std::optional<Range> finite_range(std::span<const uint8_t> values);

}  // namespace atl::quantizer

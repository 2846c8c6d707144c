// Post-training quantization: a float32 model in, an integer-only model out (docs/quantization.md).
//
//   quantizer::ArraySamples data(arrays);
//   ATOLL_ASSIGN(quantizer::QuantizeResult result, quantizer::quantize(model, {}, data));
//   tflite::save_model(result.model, path)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/observe/observer.h"
#include "quantizer/observe/range_table.h"
#include "quantizer/plan/assignment.h"
#include "quantizer/plan/recipe.h"
#include "quantizer/plan/scheme.h"
#include "quantizer/prepare/prepare.h"
#include "quantizer/refine/refine_integers.h"
#include "quantizer/report/making.h"
#include "quantizer/report/report.h"
#include "quantizer/weights/weights.h"

namespace atl::quantizer {

struct Options {
  Scheme scheme = Scheme::kInt8;
  // The types of the model's float32 inputs and outputs after quantization: int8, uint8 or float32 of an int8 model,
  // int16 or float32 of an int16x8 one (with a recipe any of them); the first of these by default. With float32 a
  // QUANTIZE or DEQUANTIZE stands at the edge and nothing else is float.
  std::optional<graph::DType> input_type, output_type;
  CalibrationMethod calibration = CalibrationMethod::kMinMax;
  double percentile = Calibration().percentile;
  // Ranges learnt before, merged with each other and with those of the data: a tensor's range holds all of them. With
  // any of these no data is needed (NoData).
  std::vector<RangeTable> loaded_ranges;
  // What single operators get instead; null: nothing. Must outlive the call.
  const Recipe* recipe = nullptr;
  // Operators that can't be quantized stay in float32, between DEQUANTIZE and QUANTIZE, instead of being an error.
  bool float_fallback = false;
  bool one_scale_for_dense = false;  // FULLY_CONNECTED weights have one scale where the recipe doesn't say otherwise
  int64_t min_elements = WeightOptions().min_elements;  // of weights that the recipe gives to float32 operators
  Progress progress;                                    // may be empty
  Refinements refine;                                   // on request (refine/refinements.h); they need data
  RefineProgress refine_progress;                       // may be empty
};

struct QuantizeResult {
  graph::Model model;  // verified, and run once
  Report report;
  Making making;
  RangeTable ranges;  // that scales were made for
  std::vector<std::string> warnings;
  std::vector<FloatOperator> in_float;  // by float_fallback, with a warning each, or by the recipe
  std::vector<WeightReport> weights;    // of float32 operators, by the recipe
  std::string prepared;                 // what was tidied before (prepare/prepare.h); may be empty
  std::vector<std::string> refined;     // what refinements did, a line each
};

// Below so many samples a warning says that ranges are unreliable.
inline constexpr int64_t kFewSamples = 10;

// The model has passed graph::verify. In this order:
//   kUsage        an input or output type that is none of those
//   kInvalid      rules of the recipe that fit nothing
//   kUnsupported  everything that can't be quantized, in one error (plan/quantizable.h), before data is asked for
//   kUsage        no representative data (NoData)
//   kInvalid      loaded ranges that are of another model or miss a tensor; data that doesn't go with the model, is NaN
//   or infinite
//                 somewhere, or never varies
//   kUnsupported  values too extreme for the integers
// A recipe that leaves no operator to integers (wants_integers) is for quantize_weights (weights/weights.h).
// Same model, options and data: same result.
Result<QuantizeResult> quantize(const graph::Model& float_model, const Options& options, RepresentativeData& data);

// What is settled before data is asked for, and so before kUsage of that list's second kind.
struct Groundwork {
  EdgeTypes edges;
  Prepared prepared;
  Assignment assignment;
};
Result<Groundwork> lay_groundwork(const graph::Model& float_model, const Options& options);

// The rest of quantize, of the same model and options.
Result<QuantizeResult> quantize(const graph::Model& float_model, Groundwork groundwork, const Options& options,
                                RepresentativeData& data);

}  // namespace atl::quantizer

#include "quantizer/quantize.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "quantizer/observe/inner_tensors.h"
#include "quantizer/plan/divisors.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/plan.h"
#include "quantizer/plan/quantizable.h"
#include "quantizer/plan/recurrent.h"
#include "quantizer/prepare/prepare.h"
#include "quantizer/prepare/trained_ranges.h"
#include "quantizer/refine/equalize.h"
#include "quantizer/refine/kept_samples.h"
#include "quantizer/refine/refine_integers.h"
#include "quantizer/rewrite/rewriter.h"
#include "quantizer/rewrite/self_check.h"

namespace atl::quantizer {
namespace {

constexpr size_t kNamesShown = 5;

// The type of inputs or outputs.
Result<graph::DType> edge_type(std::optional<graph::DType> asked, const Options& options, const char* which) {
  const graph::DType own = activation_type(options.scheme);
  if (!asked || *asked == own || *asked == graph::DType::kFloat32) return asked.value_or(own);
  // A recipe can have operators of either type next to the edge.
  const bool is_int16 = *asked == graph::DType::kInt16 || *asked == graph::DType::kInt8;
  if (options.recipe != nullptr && (is_int16 || *asked == graph::DType::kUint8)) return *asked;
  if (options.scheme == Scheme::kInt8 && *asked == graph::DType::kUint8) return *asked;
  return make_error(ErrorCode::kUsage, "{} type {}: an {} model can have {}", which, graph::dtype_name(*asked),
                    scheme_name(options.scheme),
                    options.scheme == Scheme::kInt8 ? "int8, uint8 or float32" : "int16 or float32");
}

Result<EdgeTypes> edge_types(const Options& options) {
  EdgeTypes edges;
  ATOLL_ASSIGN(edges.input, edge_type(options.input_type, options, "input"));
  ATOLL_ASSIGN(edges.output, edge_type(options.output_type, options, "output"));
  return edges;
}

// Activations with one value throughout the data: what range they need in earnest is anybody's guess.
std::string unexercised_warning(const graph::Subgraph& subgraph, const Observations& seen) {
  std::vector<std::string> names;
  size_t count = 0;
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    const Range& range = seen.seen[t];
    if (range.empty() || !range.constant() || graph::num_elements(subgraph.tensors[t].shape) == 0) continue;
    if (++count <= kNamesShown) names.push_back(graph::quoted(subgraph.tensors[t].name));
  }
  if (count == 0) return {};
  return fmt::format("{} never exercised, {} one value throughout the representative data: {}{}",
                     count == 1 ? "1 tensor is" : fmt::format("{} tensors are", count),
                     count == 1 ? "it has" : "they have", fmt::join(names, ", "), count > kNamesShown ? ", ..." : "");
}

void add_data_warnings(const graph::Subgraph& subgraph, const Observations& seen, const RepresentativeData& data,
                       std::vector<std::string>& warnings) {
  for (std::string& warning : data.warnings()) warnings.push_back(std::move(warning));
  if (seen.samples > 0 && seen.samples < kFewSamples) {
    warnings.push_back(fmt::format("ranges come from {} sample{} only; with a hundred or so they are more reliable",
                                   seen.samples, seen.samples == 1 ? "" : "s"));
  }
  std::string unexercised = unexercised_warning(subgraph, seen);
  if (!unexercised.empty()) warnings.push_back(std::move(unexercised));
}

Calibration calibration(const Options& options) {
  Calibration result{options.calibration, options.percentile};
  if (options.scheme == Scheme::kInt16x8) result.steps = 2 * 32767, result.symmetric = true;
  return result;
}

// A sample that runs through the input's range, where there is no data to take one from.
std::vector<Bytes> sample_of_ranges(const graph::Subgraph& subgraph, const std::vector<Range>& ranges) {
  std::vector<Bytes> inputs;
  for (const int32_t index : subgraph.inputs) {
    const auto t = static_cast<size_t>(index);
    const graph::Tensor& tensor = subgraph.tensors[t];
    const auto count = static_cast<size_t>(graph::num_elements(tensor.shape));
    inputs.emplace_back(static_cast<size_t>(graph::num_bytes(tensor.shape, tensor.type)), uint8_t{0});
    if (tensor.type != graph::DType::kFloat32) continue;
    const double min = ranges[t].min, max = ranges[t].max;
    for (size_t i = 0; i < count; ++i) {
      const double place = static_cast<double>(i) / static_cast<double>(std::max<size_t>(1, count - 1));
      const auto value = static_cast<float>(min + (max - min) * place);
      std::memcpy(&inputs.back()[i * sizeof value], &value, sizeof value);
    }
  }
  return inputs;
}

// Ranges from the data, from what was learnt before, or from both; those that the model brings from its training go
// before either.
Result<Observations> observe(const graph::Model& model, const CarriedRanges& carried, const Options& options,
                             RepresentativeData& data) {
  std::vector<Range> loaded(model.main().tensors.size());
  int64_t samples = 0;
  for (const RangeTable& table : options.loaded_ranges) {
    ATOLL_TRY(merge_ranges(table, model, loaded));
    samples += table.samples;
  }
  Observations result;
  if (data.empty() && options.loaded_ranges.empty() && carries_ranges(model.main(), carried)) {
    ATOLL_TRY(check_carries_all(model.main(), carried));
    take_trained_ranges(model.main(), carried, loaded);
    result.ranges = result.seen = std::vector<Range>(loaded.size());
    result.first_sample = sample_of_ranges(model.main(), loaded);
  } else if (options.loaded_ranges.empty() || !data.empty()) {
    ATOLL_ASSIGN(Observer observer, Observer::create(model));
    ATOLL_ASSIGN(result, observer.run(data, calibration(options), options.progress));
  } else {
    ATOLL_TRY(check_complete(model, loaded));
    ATOLL_TRY(check_inputs_vary(model.main(), loaded));
    result.ranges = result.seen = std::vector<Range>(loaded.size());
    result.first_sample = sample_of_ranges(model.main(), loaded);
  }
  for (size_t t = 0; t < loaded.size(); ++t) {
    result.ranges[t].include(loaded[t]);
    result.seen[t].include(loaded[t]);
  }
  take_trained_ranges(model.main(), carried, result.ranges);
  result.samples += samples;
  return result;
}

// What refinements need of the data, and the one that comes before ranges are learnt.
Status refine_float(graph::Model& model, const CarriedRanges& carried, const std::vector<OpChoice>& choices,
                    const Options& options, KeptSamples& data, std::vector<std::string>& refined) {
  if (!options.refine.any()) return {};
  if (data.empty()) return make_error(ErrorCode::kUsage, "refinements look at representative data; give --data");
  ATOLL_TRY(data.fetch(model.main(), kMostRefineSamples));
  if (!options.refine.equalize) return {};
  ATOLL_ASSIGN(std::string line, equalize(model, carried, choices, data.kept()));
  refined.push_back(std::move(line));
  return {};
}

// Those that change the integers.
Status refine_quantized(const graph::Model& model, const Options& options, const KeptSamples& data,
                        Rewritten& rewritten, std::vector<std::string>& refined) {
  if (!options.refine.of_integers()) return {};
  ATOLL_ASSIGN(std::vector<std::string> lines,
               refine_integers(model, rewritten, data.kept(), options.refine, options.refine_progress));
  for (std::string& line : lines) refined.push_back(std::move(line));
  return {};
}

// A plan without divisors that integers can't tell from zero and without a RELU that integers leave out: such an
// operator is an error, or stays in float32.
Result<Plan> make_sound_plan(const graph::Subgraph& subgraph, const std::vector<Range>& ranges, const EdgeTypes& edges,
                             bool float_fallback, Assignment& assignment) {
  while (true) {
    Plan plan = make_plan(subgraph, ranges, assignment.choices, edges);
    std::vector<BadDivisor> bad = find_bad_divisors(subgraph, plan, ranges);
    for (auto& [op, obstacle] : find_open_relus(subgraph, plan)) bad.push_back({op, std::move(obstacle)});
    if (bad.empty()) return plan;
    ErrorCollector errors;
    for (const BadDivisor& divisor : bad) {
      OpChoice& choice = assignment.choices[divisor.op];
      const std::string label = op_label(subgraph, divisor.op);
      errors.add(make_error(ErrorCode::kUnsupported, "{} can't be quantized to {}: it {}; {}", label,
                            precision_name(choice.precision), divisor.obstacle.why, divisor.obstacle.help));
      choice = {Precision::kFloat32};
      const size_t shown = subgraph.ops[divisor.op].shown_index.value_or(divisor.op);
      assignment.in_float.push_back({0, shown, label, divisor.obstacle.why});
    }
    if (!float_fallback) return std::move(errors).status().error();
  }
}

// Weights of the operators that stay in float32, as the recipe has it.
Status quantize_float_weights(Rewritten& rewritten, const Assignment& assignment, int64_t min_elements,
                              WeightResult& result) {
  WeightOptions options;
  options.min_elements = min_elements;
  for (const int32_t origin : rewritten.op_origin) {
    const bool added = origin < 0;
    options.choices.push_back(added ? OpChoice{Precision::kFloat32} : assignment.choices[static_cast<size_t>(origin)]);
  }
  graph::Subgraph& subgraph = rewritten.model.main();
  const size_t before = subgraph.ops.size();
  ATOLL_TRY(quantize_main_weights(rewritten.model, options, result));
  rewritten.origin.resize(subgraph.tensors.size(), -1);
  rewritten.op_origin.insert(rewritten.op_origin.begin(), subgraph.ops.size() - before, -1);
  return {};
}

// What wasn't asked for by name is warned of.
void add_float_warnings(const Assignment& assignment, std::vector<std::string>& warnings) {
  for (const FloatOperator& op : assignment.in_float) {
    if (op.rule == 0) warnings.push_back(op.text());
  }
}

std::vector<bool> are_integer(const std::vector<OpChoice>& choices) {
  std::vector<bool> result;
  for (const OpChoice& choice : choices) result.push_back(activation_type(choice.precision) != graph::DType::kFloat32);
  return result;
}

}  // namespace

Result<Groundwork> lay_groundwork(const graph::Model& float_model, const Options& options) {
  Groundwork work;
  ATOLL_ASSIGN(work.edges, edge_types(options));
  ATOLL_ASSIGN(const std::vector<OpChoice> choices,
               choose(float_model, {precision_of(options.scheme), options.one_scale_for_dense, options.recipe}));
  work.prepared = prepare(float_model);
  const graph::Model& model = work.prepared.model;
  ATOLL_ASSIGN(work.assignment, settle(model, choices_after(model.main(), float_model.main(), choices), options.scheme,
                                       options.float_fallback));
  return work;
}

Result<QuantizeResult> quantize(const graph::Model& float_model, const Options& options, RepresentativeData& data) {
  ATOLL_ASSIGN(Groundwork work, lay_groundwork(float_model, options));
  return quantize(float_model, std::move(work), options, data);
}

Result<QuantizeResult> quantize(const graph::Model& float_model, Groundwork work, const Options& options,
                                RepresentativeData& data) {
  graph::Model& model = work.prepared.model;
  add_inner_tensors(model.main(), are_integer(work.assignment.choices));
  std::vector<std::string> refined;
  for (auto& list : {take_trained_scales(model.main(), work.prepared.ranges, work.assignment.choices),
                     step_warnings(model.main(), work.prepared.ranges, work.assignment.choices)}) {
    work.prepared.warnings.insert(work.prepared.warnings.end(), list.begin(), list.end());
  }
  KeptSamples samples(data);
  ATOLL_TRY(refine_float(model, work.prepared.ranges, work.assignment.choices, options, samples, refined));
  ATOLL_ASSIGN(const Observations seen, observe(model, work.prepared.ranges, options, samples));

  ATOLL_ASSIGN(const Plan plan,
               make_sound_plan(model.main(), seen.ranges, work.edges, options.float_fallback, work.assignment));
  Rewritten rewritten = rewrite(model, plan);
  check_integer_only(rewritten, plan);
  ATOLL_TRY(refine_quantized(model, options, samples, rewritten, refined));
  WeightResult weights;
  ATOLL_TRY(quantize_float_weights(rewritten, work.assignment, options.min_elements, weights));
  for (graph::Op& op : rewritten.model.main().ops) op.shown_index.reset();
  ATOLL_ASSIGN(const size_t file_bytes, check_runs(rewritten.model, seen.first_sample, options.scheme));

  QuantizeResult result;
  result.report = make_report(float_model, rewritten.model, rewritten.origin, seen.seen);
  result.report.samples = seen.samples;
  result.report.file_bytes_after = file_bytes;
  result.warnings = std::move(work.prepared.warnings);
  add_float_warnings(work.assignment, result.warnings);
  add_data_warnings(model.main(), seen, data, result.warnings);
  for (std::string& warning : weights.warnings) result.warnings.push_back(std::move(warning));
  result.in_float = std::move(work.assignment.in_float);
  result.weights = std::move(weights.weights);
  result.ranges = make_range_table(model, seen.ranges, calibration_name(options.calibration), seen.samples);
  result.prepared = std::move(work.prepared.summary);
  result.refined = std::move(refined);
  result.model = std::move(rewritten.model);
  result.making = {std::move(model),
                   seen.ranges,
                   std::move(work.assignment.choices),
                   work.edges,
                   std::move(rewritten.origin),
                   std::move(rewritten.op_origin)};
  return result;
}

}  // namespace atl::quantizer

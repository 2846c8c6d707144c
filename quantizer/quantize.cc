#include "quantizer/quantize.h"

#include <utility>

#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/plan.h"
#include "quantizer/plan/quantizable.h"
#include "quantizer/rewrite/rewriter.h"
#include "quantizer/rewrite/self_check.h"
#include "quantizer/rewrite/simplify.h"

namespace atl::quantizer {
namespace {

constexpr size_t kNamesShown = 5;

Status check_edge_type(graph::DType type, const char* which) {
  if (type == graph::DType::kInt8 || type == graph::DType::kUint8 || type == graph::DType::kFloat32) return {};
  return make_error(ErrorCode::kUsage, "{} type {}: an int8 model can have int8, uint8 or float32", which,
                    graph::dtype_name(type));
}

// Activations with one value throughout the data: what range they need in earnest is anybody's guess.
std::string unexercised_warning(const graph::Subgraph& subgraph, const Observations& seen) {
  std::vector<std::string> names;
  size_t count = 0;
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    const Range& range = seen.ranges[t];
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
  if (seen.samples < kFewSamples) {
    warnings.push_back(fmt::format("ranges come from {} sample{} only; with a hundred or so they are more reliable",
                                   seen.samples, seen.samples == 1 ? "" : "s"));
  }
  std::string unexercised = unexercised_warning(subgraph, seen);
  if (!unexercised.empty()) warnings.push_back(std::move(unexercised));
}

}  // namespace

Result<QuantizeResult> quantize(const graph::Model& float_model, const Options& options, RepresentativeData& data) {
  ATOLL_TRY(check_edge_type(options.input_type, "input"));
  ATOLL_TRY(check_edge_type(options.output_type, "output"));
  ATOLL_TRY(check_quantizable(float_model));
  graph::Model model = float_model;
  std::vector<std::string> warnings = simplify(model);
  ATOLL_ASSIGN(Observer observer, Observer::create(model));
  ATOLL_ASSIGN(const Observations seen, observer.run(data, options.progress));

  const Plan plan = make_plan(model.main(), seen.ranges);
  Rewritten rewritten = rewrite(model, plan, {options.input_type, options.output_type});
  check_integer_only(rewritten.model);
  ATOLL_ASSIGN(const size_t file_bytes, check_runs(rewritten.model, seen.first_sample));

  QuantizeResult result;
  result.report = make_report(float_model, rewritten.model, rewritten.origin, seen.ranges);
  result.report.samples = seen.samples;
  result.report.file_bytes_after = file_bytes;
  add_data_warnings(model.main(), seen, data, warnings);
  result.warnings = std::move(warnings);
  result.model = std::move(rewritten.model);
  return result;
}

}  // namespace atl::quantizer

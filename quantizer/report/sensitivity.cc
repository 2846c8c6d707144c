#include "quantizer/report/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "common/base/check.h"
#include "common/graph/verifier.h"
#include "common/kernels/interpreter.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/op_obstacles.h"
#include "quantizer/plan/plan.h"
#include "quantizer/report/real_values.h"
#include "quantizer/rewrite/quantize_values.h"
#include "quantizer/rewrite/rewriter.h"

namespace atl::quantizer {
namespace {

using graph::DType;
using graph::QuantRule;

// The float model's answers, and how far those of a model are from them.
class Judge {
 public:
  explicit Judge(const graph::Model& model) : model_(model) {}

  Status learn(RepresentativeData& data, int64_t most_samples) {
    ATOLL_TRY(data.open(model_.main()));
    ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(model_));
    const int64_t count = std::min(most_samples, data.num_samples());
    signal_.assign(model_.main().outputs.size(), 0);
    for (int64_t sample = 0; sample < count; ++sample) {
      samples_.emplace_back();
      ATOLL_TRY(data.next(samples_.back()));
      for (size_t i = 0; i < samples_.back().size(); ++i) interpreter.set_input(i, samples_.back()[i]);
      ATOLL_TRY(interpreter.invoke());
      answers_.emplace_back();
      for (size_t i = 0; i < signal_.size(); ++i) {
        answers_.back().emplace_back();
        if (!is_float32(model_.main(), model_.main().outputs[i])) continue;
        const std::span<const float> values = interpreter.output(i).as<float>();
        answers_.back().back().assign(values.begin(), values.end());
        for (const float x : values) signal_[i] += double{x} * double{x};
      }
    }
    return {};
  }

  bool has_signal() const {
    return std::any_of(signal_.begin(), signal_.end(), [](double signal) { return signal > 0; });
  }
  int64_t samples() const { return static_cast<int64_t>(samples_.size()); }

  // Signal to noise in decibels, infinite without noise; nothing if the model can't run.
  std::optional<double> sqnr(const graph::Model& model) const {
    if (!graph::verify(model).ok()) return std::nullopt;
    auto interpreter = kernels::Interpreter::create(model);
    if (!interpreter.ok()) return std::nullopt;
    std::vector<double> noise(signal_.size(), 0);
    std::vector<float> values;
    for (size_t sample = 0; sample < samples_.size(); ++sample) {
      for (size_t i = 0; i < samples_[sample].size(); ++i) {
        const graph::Tensor& input = tensor_at(model.main(), model.main().inputs[i]);
        const bool quantized = input.quant.present() && is_float32(model_.main(), model_.main().inputs[i]);
        interpreter->set_input(i, quantized ? quantize_sample(samples_[sample][i], input) : samples_[sample][i]);
      }
      if (!interpreter->invoke().ok()) return std::nullopt;
      for (size_t i = 0; i < noise.size(); ++i) {
        const std::vector<float>& expected = answers_[sample][i];
        if (expected.empty()) continue;
        real_values(tensor_at(model.main(), model.main().outputs[i]), interpreter->output(i).bytes, values);
        if (values.size() != expected.size()) return std::nullopt;
        for (size_t k = 0; k < values.size(); ++k) noise[i] += std::pow(double{values[k]} - double{expected[k]}, 2);
      }
    }
    return decibels(noise);
  }

 private:
  std::optional<double> decibels(const std::vector<double>& noise) const {
    double ratio = 0;
    int64_t outputs = 0;
    for (size_t i = 0; i < noise.size(); ++i) {
      if (signal_[i] == 0) continue;
      ratio += noise[i] / signal_[i];
      ++outputs;
    }
    return -10 * std::log10(ratio / static_cast<double>(outputs));
  }

  const graph::Model& model_;
  std::vector<std::vector<Bytes>> samples_;               // by sample, input
  std::vector<std::vector<std::vector<float>>> answers_;  // by sample, output
  std::vector<double> signal_;                            // by output: the sum of squares
};

class Experiments {
 public:
  Experiments(const Making& making, const Judge& judge) : making_(making), judge_(judge) {}

  // Operators that compute and are integers now.
  std::vector<size_t> candidates() const {
    std::vector<size_t> ops;
    for (size_t i = 0; i < making_.choices.size(); ++i) {
      const graph::Op& op = subgraph().ops[i];
      const QuantRule rule = rule_of(op);
      const bool computes = rule == QuantRule::kWeighted || rule == QuantRule::kFree ||
                            rule == QuantRule::kFixedOutput || rule == QuantRule::kRecurrent;
      if (computes && computes_in_float(subgraph(), op) && making_.choices[i].precision != Precision::kFloat32) {
        ops.push_back(i);
      }
    }
    return ops;
  }

  std::optional<double> as_made() const { return measure(making_.choices, making_.edges); }

  // With that operator as it is and all others in float32.
  std::optional<double> alone(size_t op) const {
    std::vector<OpChoice> choices(making_.choices.size(), OpChoice{Precision::kFloat32});
    choices[op] = making_.choices[op];
    return measure(choices, {DType::kFloat32, DType::kFloat32});
  }

  // With these operators in another precision, those that have a form in it; nothing if that changes none.
  std::optional<double> with(std::span<const size_t> ops, Precision precision) const {
    std::vector<OpChoice> choices = making_.choices;
    bool changed = false;
    for (const size_t op : ops) {
      if (choices[op].precision == precision || !has_form(op, precision)) continue;
      choices[op].precision = precision;
      changed = true;
    }
    return changed ? measure(choices, making_.edges) : std::nullopt;
  }

 private:
  const graph::Subgraph& subgraph() const { return making_.prepared.main(); }

  bool has_form(size_t op, Precision precision) const {
    return precision == Precision::kFloat32 || !op_obstacle(subgraph(), subgraph().ops[op], precision).has_value();
  }

  std::optional<double> measure(const std::vector<OpChoice>& choices, const EdgeTypes& edges) const {
    const Plan plan = make_plan(subgraph(), making_.ranges, choices, edges);
    return judge_.sqnr(rewrite(making_.prepared, plan).model);
  }

  const Making& making_;
  const Judge& judge_;
};

// The operator of the quantized model that stands for one of the prepared model.
size_t place_of(const Making& making, size_t op) {
  const auto found = std::find(making.op_origin.begin(), making.op_origin.end(), static_cast<int32_t>(op));
  ATOLL_CHECK(found != making.op_origin.end(), "operator {} is gone", op);
  return static_cast<size_t>(found - making.op_origin.begin());
}

// 1, 2, 4, ... and `count`.
std::vector<size_t> step_sizes(size_t count) {
  std::vector<size_t> sizes;
  for (size_t size = 1; size < count; size *= 2) sizes.push_back(size);
  if (count > 0) sizes.push_back(count);
  return sizes;
}

}  // namespace

Status measure_sensitivity(const Making& making, const graph::Model& after, RepresentativeData& data,
                           int64_t most_samples, const Progress& progress, Report& report) {
  Judge judge(making.prepared);
  ATOLL_TRY(judge.learn(data, most_samples));
  if (!judge.has_signal()) {
    return make_error(ErrorCode::kInvalid,
                      "representative data: every output of the float model is 0, so operators can't be ranked");
  }
  const Experiments experiments(making, judge);
  std::vector<size_t> ops = experiments.candidates();
  const std::vector<size_t> sizes = step_sizes(ops.size());
  int64_t done = 0;
  const auto advance = [&] {
    if (progress) progress(++done, static_cast<int64_t>(ops.size() + sizes.size()));
  };
  std::vector<std::pair<LayerCost, size_t>> costs;  // and the operator of `prepared`
  for (const size_t i : ops) {
    const size_t place = place_of(making, i);
    const graph::Op& op = after.main().ops[place];
    const std::span<const size_t> only(&i, 1);
    costs.push_back({{place, graph::op_name(op), tensor_at(after.main(), op.outputs[0]).name, experiments.alone(i),
                      experiments.with(only, Precision::kInt16x8), experiments.with(only, Precision::kFloat32)},
                     i});
    advance();
  }
  std::stable_sort(costs.begin(), costs.end(), [](const auto& a, const auto& b) {
    constexpr double kNone = std::numeric_limits<double>::infinity();
    return a.first.alone.value_or(kNone) < b.first.alone.value_or(kNone);
  });
  for (size_t i = 0; i < costs.size(); ++i) ops[i] = costs[i].second, report.costs.push_back(costs[i].first);
  for (const size_t size : sizes) {
    const std::span<const size_t> first(ops.data(), size);
    report.cost_steps.push_back(
        {size, experiments.with(first, Precision::kInt16x8), experiments.with(first, Precision::kFloat32)});
    advance();
  }
  report.cost_samples = judge.samples();
  report.cost_baseline = experiments.as_made();
  return {};
}

}  // namespace atl::quantizer

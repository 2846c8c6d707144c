#include "quantizer/observe/observer.h"

#include <array>
#include <cmath>
#include <cstring>

#include "common/base/check.h"
#include "quantizer/observe/inner_tensors.h"

namespace atl::quantizer {
namespace {

constexpr size_t kLanes = 16;  // independent minima and maxima, which the compiler turns into vector instructions

float load(std::span<const uint8_t> values, size_t index) {
  float value;
  std::memcpy(&value, &values[index * sizeof(float)], sizeof value);
  return value;
}

struct Lanes {
  std::array<float, kLanes> min, max, poison;  // poison: sum of x - x, which is 0 as long as every x is finite

  Lanes() {
    min.fill(Range().min);
    max.fill(Range().max);
    poison.fill(0);
  }
  void include(const float* block) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const float x = block[lane];
      min[lane] = x < min[lane] ? x : min[lane];
      max[lane] = x > max[lane] ? x : max[lane];
      poison[lane] += x - x;
    }
  }
};

// The first element that is not finite, as "element 5 is NaN".
std::string not_finite_text(std::span<const uint8_t> values) {
  for (size_t i = 0; i < values.size() / sizeof(float); ++i) {
    const float value = load(values, i);
    if (!std::isfinite(value)) return fmt::format("element {} is {}", i, std::isnan(value) ? "NaN" : "infinite");
  }
  return {};
}

}  // namespace

std::optional<Range> finite_range(std::span<const uint8_t> values) {
  const size_t count = values.size() / sizeof(float);
  Lanes lanes;
  std::array<float, kLanes> block;
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    std::memcpy(block.data(), &values[i * sizeof(float)], sizeof block);
    lanes.include(block.data());
  }
  Range range;
  for (; i < count; ++i) {
    const float x = load(values, i);
    if (!std::isfinite(x)) return std::nullopt;
    range.include({x, x});
  }
  for (size_t lane = 0; lane < kLanes; ++lane) {
    if (lanes.poison[lane] != 0 || std::isnan(lanes.poison[lane])) return std::nullopt;
    range.include({lanes.min[lane], lanes.max[lane]});
  }
  return range;
}

void Observer::Record::add(size_t tensor, std::span<const uint8_t> values) {
  const std::optional<Range> range = finite_range(values);
  if (range) {
    learners[tensor].add(values, *range, method);
  } else if (!not_finite) {
    not_finite = tensor;
    not_finite_text = quantizer::not_finite_text(values);
  }
}

Result<Observer> Observer::create(const graph::Model& model) {
  kernels::InterpreterOptions options;
  options.preserve_all = true;
  options.kernels.float_sums = kernels::FloatSums::kBlocks;  // ranges want exact values, not the reference's rounding
  auto record = std::make_unique<Record>();
  const std::vector<graph::Op>& ops = model.main().ops;
  options.watch = [&ops, record = record.get()](size_t op, size_t place, std::span<const float> values) {
    const int32_t tensor = inner_tensor(ops[op], place);
    if (tensor == graph::kNoTensor) return;
    record->add(static_cast<size_t>(tensor), {reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()});
  };
  ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(model, options));
  return Observer(std::move(interpreter), std::move(record));
}

Status Observer::check_sample(const std::vector<Bytes>& inputs, int64_t sample) const {
  const graph::Subgraph& subgraph = interpreter_.subgraph();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(subgraph.inputs[i])];
    if (tensor.type != graph::DType::kFloat32 || finite_range(inputs[i])) continue;
    return make_error(ErrorCode::kInvalid, "representative data: input {} {}: in sample {} of it {}", i,
                      graph::quoted(tensor.name), sample, not_finite_text(inputs[i]));
  }
  return {};
}

Status Observer::record_tensors(int64_t sample) {
  const graph::Subgraph& subgraph = interpreter_.subgraph();
  for (size_t t = 0; t < subgraph.tensors.size() && !record_->not_finite; ++t) {
    const graph::Tensor& tensor = subgraph.tensors[t];
    if (tensor.type != graph::DType::kFloat32 || tensor.is_constant() || !interpreter_.has_tensor(t)) continue;
    record_->add(t, interpreter_.tensor(t).bytes);
  }
  if (!record_->not_finite) return {};
  return make_error(ErrorCode::kInvalid,
                    "representative data: with sample {}, {} is not finite in the float model ({}), so no range can "
                    "be learnt; is the data scaled as for training?",
                    sample, graph::tensor_label(subgraph, *record_->not_finite), record_->not_finite_text);
}

Status check_inputs_vary(const graph::Subgraph& subgraph, const std::vector<Range>& ranges) {
  ErrorCollector errors;
  for (size_t i = 0; i < subgraph.inputs.size(); ++i) {
    const auto t = static_cast<size_t>(subgraph.inputs[i]);
    const graph::Tensor& tensor = subgraph.tensors[t];
    if (tensor.type != graph::DType::kFloat32 || graph::num_elements(tensor.shape) == 0 || !ranges[t].constant()) {
      continue;
    }
    errors.add(make_error(ErrorCode::kInvalid,
                          "representative data: input {} {} is {} in every element of every sample; no range can be "
                          "learnt from that, give data that varies",
                          i, graph::quoted(tensor.name), ranges[t].min));
  }
  return std::move(errors).status();
}

Result<Observations> Observer::run(RepresentativeData& data, const Calibration& calibration, const Progress& progress) {
  const graph::Subgraph& subgraph = interpreter_.subgraph();
  ATOLL_TRY(data.open(subgraph));
  Observations seen;
  *record_ = {std::vector<RangeLearner>(subgraph.tensors.size()), calibration.method, {}, {}};
  seen.samples = data.num_samples();
  ATOLL_CHECK(seen.samples > 0, "opened data has samples");
  std::vector<Bytes> inputs;
  interpreter_.clear_state();
  for (int64_t sample = 0; sample < seen.samples; ++sample) {
    ATOLL_TRY(data.next(inputs));
    ATOLL_TRY(check_sample(inputs, sample));
    for (size_t i = 0; i < inputs.size(); ++i) interpreter_.set_input(i, inputs[i]);
    ATOLL_TRY(interpreter_.invoke());
    ATOLL_TRY(record_tensors(sample));
    if (sample == 0) seen.first_sample = inputs;
    if (progress) progress(sample + 1, seen.samples);
  }
  for (const RangeLearner& learner : record_->learners) {
    seen.seen.push_back(learner.seen());
    seen.ranges.push_back(learner.calibrated(calibration));
  }
  ATOLL_TRY(check_inputs_vary(subgraph, seen.seen));
  return seen;
}

}  // namespace atl::quantizer

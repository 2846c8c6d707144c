#include "quantizer/report/quality.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "common/base/check.h"
#include "common/kernels/interpreter.h"
#include "quantizer/report/real_values.h"
#include "quantizer/rewrite/quantize_values.h"

namespace atl::quantizer {
namespace {

using graph::DType;

class SideBySide {
 public:
  SideBySide(const graph::Model& before, const graph::Model& after, const std::vector<int32_t>& origin)
      : before_(before), after_(after), origin_(origin) {
    ATOLL_CHECK(origin.size() == after.main().tensors.size(), "{} origins", origin.size());
  }

  Result<Quality> run(RepresentativeData& data, const Progress& progress) {
    ATOLL_TRY(data.open(before_.main()));
    kernels::InterpreterOptions options;
    options.preserve_all = true;
    ATOLL_ASSIGN(kernels::Interpreter expected, kernels::Interpreter::create(before_, options));
    ATOLL_ASSIGN(kernels::Interpreter got, kernels::Interpreter::create(after_, options));
    start(expected, got);
    quality_.samples = data.num_samples();
    std::vector<Bytes> inputs;
    for (int64_t sample = 0; sample < quality_.samples; ++sample) {
      ATOLL_TRY(data.next(inputs));
      for (size_t i = 0; i < inputs.size(); ++i) {
        expected.set_input(i, inputs[i]);
        got.set_input(i, fed(i, inputs[i]));
      }
      ATOLL_TRY(expected.invoke());
      ATOLL_TRY(got.invoke());
      ATOLL_TRY(compare(expected, got, sample));
      if (progress) progress(sample + 1, quality_.samples);
    }
    return std::move(quality_);
  }

 private:
  const graph::Tensor& after_tensor(size_t t) const { return after_.main().tensors[t]; }

  // Input i as the quantized model wants it.
  Bytes fed(size_t i, const Bytes& bytes) const {
    const graph::Tensor& input = after_tensor(static_cast<size_t>(after_.main().inputs[i]));
    const graph::Tensor& was = before_.main().tensors[static_cast<size_t>(before_.main().inputs[i])];
    return was.type == DType::kFloat32 && input.type != DType::kFloat32 ? quantize_sample(bytes, input) : bytes;
  }

  // Finds the pairs of tensors to compare, and compares constants.
  void start(const kernels::Interpreter& expected, const kernels::Interpreter& got) {
    quality_.tensors.resize(origin_.size());
    for (size_t t = 0; t < origin_.size(); ++t) {
      if (origin_[t] < 0) continue;
      const auto from = static_cast<size_t>(origin_[t]);
      const graph::Tensor &a = before_.main().tensors[from], &b = after_tensor(t);
      if (a.type != DType::kFloat32 || !has_real_values(b) || !expected.has_tensor(from) || !got.has_tensor(t))
        continue;
      quality_.tensors[t].emplace(bounds_of(b));
      if (!a.is_constant()) {
        pairs_.emplace_back(from, t);
      } else if (b.is_constant()) {
        add(expected.tensor(from), got.tensor(t), b, *quality_.tensors[t]);
      } else {
        quality_.tensors[t].reset();
      }
    }
    for (size_t i = 0; i < after_.main().outputs.size(); ++i) {
      const auto t = static_cast<size_t>(after_.main().outputs[i]);
      const graph::Tensor& was = before_.main().tensors[static_cast<size_t>(before_.main().outputs[i])];
      if (was.type != DType::kFloat32 || !has_real_values(after_tensor(t))) continue;
      quality_.outputs.push_back({t, ErrorStatistics(bounds_of(after_tensor(t))), 0, 0});
      output_positions_.push_back(i);
    }
  }

  // False when a float value is not finite.
  bool add(const kernels::ConstView& expected, const kernels::ConstView& got, const graph::Tensor& tensor,
           ErrorStatistics& errors) {
    const std::span<const float> x = expected.as<float>();
    real_values(tensor, got.bytes, values_);
    if (values_.size() != x.size()) return true;  // of another shape: nothing to compare
    for (size_t i = 0; i < x.size(); ++i) {
      if (!std::isfinite(x[i])) return false;
      errors.add(double{x[i]}, double{values_[i]});
    }
    return true;
  }

  Status compare(const kernels::Interpreter& expected, const kernels::Interpreter& got, int64_t sample) {
    for (const auto& [from, t] : pairs_) {
      if (add(expected.tensor(from), got.tensor(t), after_tensor(t), *quality_.tensors[t])) continue;
      return make_error(ErrorCode::kInvalid, "representative data: with sample {}, {} is not finite in the float model",
                        sample, graph::tensor_label(before_.main(), from));
    }
    for (size_t i = 0; i < quality_.outputs.size(); ++i) {
      OutputQuality& output = quality_.outputs[i];
      const kernels::ConstView view = expected.output(output_positions_[i]);
      add(view, got.output(output_positions_[i]), after_tensor(output.tensor), output.errors);
      count_agreement(view, output);
    }
    return {};
  }

  // values_ holds the quantized model's.
  void count_agreement(const kernels::ConstView& expected, OutputQuality& output) const {
    const size_t row = expected.shape.empty() ? 1 : static_cast<size_t>(expected.shape.back());
    const std::span<const float> x = expected.as<float>();
    if (row < 2 || values_.size() != x.size()) return;
    for (size_t at = 0; at + row <= x.size(); at += row) {
      const auto place = [&](const float* values) { return std::max_element(values, values + row) - values; };
      ++output.rows;
      output.agreeing += place(&x[at]) == place(&values_[at]) ? 1 : 0;
    }
  }

  const graph::Model &before_, &after_;
  const std::vector<int32_t>& origin_;
  std::vector<std::pair<size_t, size_t>> pairs_;  // activations: of before_, of after_
  std::vector<size_t> output_positions_;          // of quality_.outputs
  std::vector<float> values_;
  Quality quality_;
};

}  // namespace

Result<Quality> measure_quality(const graph::Model& before, const graph::Model& after,
                                const std::vector<int32_t>& origin, RepresentativeData& data,
                                const Progress& progress) {
  return SideBySide(before, after, origin).run(data, progress);
}

std::vector<int32_t> origins_by_name(const graph::Model& before, const graph::Model& after) {
  using Names = std::map<std::string_view, std::vector<size_t>>;
  const auto names_of = [](const graph::Model& model) {
    Names names;
    for (size_t t = 0; t < model.main().tensors.size(); ++t) names[model.main().tensors[t].name].push_back(t);
    return names;
  };
  const Names old_names = names_of(before), new_names = names_of(after);
  std::vector<int32_t> origin(after.main().tensors.size(), -1);
  for (const auto& [name, places] : new_names) {
    const auto found = old_names.find(name);
    if (places.size() != 1 || found == old_names.end() || found->second.size() != 1) continue;
    const graph::Tensor &a = before.main().tensors[found->second[0]], &b = after.main().tensors[places[0]];
    if (a.shape == b.shape) origin[places[0]] = static_cast<int32_t>(found->second[0]);
  }
  return origin;
}

}  // namespace atl::quantizer

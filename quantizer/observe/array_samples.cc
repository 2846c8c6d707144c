#include "quantizer/observe/array_samples.h"

#include <algorithm>
#include <utility>

namespace atl::quantizer {

Status NoData::open(const graph::Subgraph&) {
  return make_error(ErrorCode::kUsage,
                    "there is no representative data, which the ranges of activations are learnt from: give typical "
                    "inputs with --data, a hundred or so");
}

Status ArraySamples::open(const graph::Subgraph& subgraph) {
  if (arrays_.empty()) return make_error(ErrorCode::kInvalid, "the representative data holds no array");
  const kernels::BindOptions bind{.allow_missing_batch = true, .raw_float_inputs = true};
  Result<kernels::BoundInputs> bound = kernels::bind_inputs(subgraph, std::move(arrays_), bind);
  if (!bound.ok()) return std::move(bound).error().with_place("representative data");
  bound_ = std::move(bound).value();
  num_samples_ = bound_->invocations();
  if (options_.max_samples) num_samples_ = std::min(num_samples_, *options_.max_samples);
  return check_types(subgraph);
}

Status ArraySamples::check_types(const graph::Subgraph& subgraph) {
  std::vector<arrays::ElementType> types;
  for (size_t i = 0; i < subgraph.inputs.size(); ++i) types.push_back(bound_->type(i));
  is_float_ = float_inputs(subgraph);
  return check_fed_types(subgraph, types, options_);
}

Status ArraySamples::next(std::vector<Bytes>& inputs) {
  inputs.clear();
  for (size_t i = 0; i < is_float_.size(); ++i) {
    inputs.push_back(fed_bytes(bound_->type(i), is_float_[i], bound_->bytes(i, next_), options_));
  }
  ++next_;
  return {};
}

std::vector<std::string> ArraySamples::warnings() const { return sample_warnings(num_samples_, options_); }

}  // namespace atl::quantizer

#include "quantizer/refine/kept_samples.h"

#include <algorithm>

namespace atl::quantizer {

Status KeptSamples::open(const graph::Subgraph& subgraph) {
  if (is_open_) return {};
  ATOLL_TRY(data_.open(subgraph));
  is_open_ = true;
  return {};
}

Status KeptSamples::fetch(const graph::Subgraph& subgraph, int64_t count) {
  ATOLL_TRY(open(subgraph));
  const auto wanted = static_cast<size_t>(std::min(count, data_.num_samples()));
  while (kept_.size() < wanted) {
    std::vector<Bytes> inputs;
    ATOLL_TRY(data_.next(inputs));
    kept_.push_back(std::move(inputs));
  }
  return {};
}

Status KeptSamples::next(std::vector<Bytes>& inputs) {
  if (next_ >= kept_.size()) return data_.next(inputs);
  inputs = kept_[next_++];
  return {};
}

}  // namespace atl::quantizer

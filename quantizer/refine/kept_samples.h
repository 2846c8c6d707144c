// Representative data whose first samples are looked at more than once.
#pragma once

#include <optional>
#include <vector>

#include "quantizer/observe/representative_data.h"

namespace atl::quantizer {

// Gives what the data behind it gives, and keeps what fetch() read ahead.
class KeptSamples : public RepresentativeData {
 public:
  explicit KeptSamples(RepresentativeData& data) : data_(data) {}

  // Opens the data and keeps up to `count` samples. The errors of open() and next().
  Status fetch(const graph::Subgraph& subgraph, int64_t count);
  const std::vector<std::vector<Bytes>>& kept() const { return kept_; }  // by sample, then by input

  bool empty() const override { return data_.empty(); }
  Status open(const graph::Subgraph& subgraph) override;
  int64_t num_samples() const override { return data_.num_samples(); }
  Status next(std::vector<Bytes>& inputs) override;
  std::vector<std::string> warnings() const override { return data_.warnings(); }

 private:
  RepresentativeData& data_;
  std::vector<std::vector<Bytes>> kept_;
  bool is_open_ = false;
  size_t next_ = 0;
};

}  // namespace atl::quantizer

// Where the quantizer gets typical inputs from, one sample after the other, so that memory does not grow with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::quantizer {

class RepresentativeData {
 public:
  virtual ~RepresentativeData() = default;

  // Whether there is none to begin with: open() will say so.
  virtual bool empty() const { return false; }

  // Called once, before the first sample, when the model itself is known to be quantizable. kUsage when there is no
  // data; kInvalid when it doesn't go with the model's inputs.
  virtual Status open(const graph::Subgraph& subgraph) = 0;

  // After open: how many samples next() will give, at least 1.
  virtual int64_t num_samples() const = 0;

  // The bytes of every input, by position, for the next sample; called num_samples() times. Values are those of the
  // inputs' types and may be NaN or infinite: the observer looks for that.
  virtual Status next(std::vector<Bytes>& inputs) = 0;

  // What is odd but not wrong, after open.
  virtual std::vector<std::string> warnings() const { return {}; }
};

// No data: open() says so (kUsage).
class NoData : public RepresentativeData {
 public:
  bool empty() const override { return true; }
  Status open(const graph::Subgraph& subgraph) override;
  int64_t num_samples() const override { return 0; }
  Status next(std::vector<Bytes>&) override { return {}; }
};

}  // namespace atl::quantizer

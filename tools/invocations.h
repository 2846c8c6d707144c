// The inputs that a command line asks for: from files, or drawn from a seed.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/file.h"
#include "common/graph/model.h"
#include "common/kernels/bind_inputs.h"

namespace atl::tools {

// --input and --seed.
struct InputFlags {
  std::string path;
  uint64_t seed = 0;
  bool seed_given = false;
  int64_t count = 1;  // of invocations, when inputs are drawn

  void add_to(CLI::App& command);
};

class Invocations {
 public:
  // Reads or draws the inputs of a subgraph. Says on stderr when they are drawn. kIo, kInvalid, kUnsupported.
  static Result<Invocations> create(const graph::Subgraph& subgraph, const InputFlags& flags);

  int64_t count() const { return bound_ ? bound_->invocations() : count_; }
  // Whether outputs get an axis of invocations in front.
  bool leading_axis() const { return bound_ ? bound_->leading_axis() : count_ > 1; }

  // The bytes of every input, by position.
  Result<std::vector<Bytes>> inputs(int64_t invocation) const;

 private:
  const graph::Subgraph* subgraph_ = nullptr;
  std::optional<kernels::BoundInputs> bound_;
  uint64_t seed_ = 0;
  int64_t count_ = 1;
};

}  // namespace atl::tools

// What the reference runtime computed: stored in a file, or just now.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/graph/model.h"
#include "tools/verify_inputs.h"

namespace atl::tools {

class ReferenceTensors {
 public:
  // Arrays named by tensor (array_name), by output position "0", "1", ..., or "t<index>" by tensor index; "runtime"
  // holds the reference's name as bytes. Each in its tensor's type, and in its shape for one invocation or with an axis
  // of `invocations` in front. kInvalid, naming `place`.
  static Result<ReferenceTensors> create(const graph::Subgraph& subgraph, arrays::NamedArrays arrays,
                                         int64_t invocations, const std::string& place);

  // Of a file (--reference), or of the runtime itself (--live), which gets the model as a file's bytes.
  static Result<ReferenceTensors> load(const graph::Subgraph& subgraph, const std::string& path, int64_t invocations);
  static Result<ReferenceTensors> live(const graph::Subgraph& subgraph, std::span<const uint8_t> model,
                                       const CheckedInvocations& checked);

  bool has(size_t tensor) const { return arrays_.contains(tensor); }
  size_t count() const { return arrays_.size(); }
  std::span<const uint8_t> bytes(size_t tensor, int64_t invocation) const;
  // "ai-edge-litert==2.3.0 ..."; empty if the arrays don't say.
  const std::string& runtime() const { return runtime_; }

 private:
  std::map<size_t, arrays::Array> arrays_;  // by tensor
  int64_t invocations_ = 1;
  std::string runtime_;
};

}  // namespace atl::tools

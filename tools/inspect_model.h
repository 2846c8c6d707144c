// A model as `atoll inspect` shows it.
#pragma once

#include <string>

#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::tools {

struct InspectedModel {
  const std::string& path;
  size_t file_bytes;
  const graph::Model& model;
  bool constants;  // of programs, in their assembly
};

// Summary, inputs, outputs and operators; the programs of a compiled model follow. `ir`: the whole graph as text.
Status inspect_model(const InspectedModel& inspected, bool ir, bool json);

}  // namespace atl::tools

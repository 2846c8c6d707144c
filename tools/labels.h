// How often a classifier is right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/base/result.h"

namespace atl::tools {

// Class numbers, one an invocation: an integer array (.npy, or .npz with a single array), or a text file of numbers
// separated by blanks, commas or line breaks. kIo, kInvalid.
Result<std::vector<int64_t>> read_labels(const std::string& path);

struct Accuracy {
  int64_t correct = 0;
  int64_t total = 0;
  double fraction() const { return total == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(total); }
};

// Counts the invocations whose largest output (the first of equals) has the label's index. `outputs`: those of
// `labels.size()` invocations, one after the other. kInvalid when their number differs or a label is no index.
Result<Accuracy> accuracy(const arrays::Array& outputs, int64_t invocations, const std::vector<int64_t>& labels);

}  // namespace atl::tools

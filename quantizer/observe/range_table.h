// Ranges of a model's tensors apart from the data they were learnt from: saved, merged and loaded as JSON.
//
//   {"format": "atoll-ranges", "version": 1, "model": {"fingerprint": "0123456789abcdef", "tensors": 65},
//    "calibration": "minmax", "samples": 100, "ranges": {"conv/Relu": [0, 6.25], ...}}
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/observe/range.h"

namespace atl::quantizer {

struct RangeTable {
  std::string source;  // the file, for messages
  uint64_t fingerprint = 0;
  size_t tensors = 0;
  std::string calibration;
  int64_t samples = 0;
  std::map<std::string, Range> ranges;  // by name of the tensor, as kernels::array_name has it
};

// FNV-1a, 64 bits, over names, types, shapes and constants of the main subgraph's tensors and the kinds of its
// operators: another model, or this one with other weights, has another fingerprint.
uint64_t fingerprint(const graph::Model& model);

// The table of ranges by tensor; tensors without a range are left out.
RangeTable make_range_table(const graph::Model& model, const std::vector<Range>& ranges, std::string_view calibration,
                            int64_t samples);
std::string format_ranges(const RangeTable& table);

// kInvalid for anything that is not such a JSON file, and for ranges that are not finite or whose ends are swapped;
// `source` stands before messages.
Result<RangeTable> parse_ranges(std::string_view text, const std::string& source);

// Widens `ranges` (by tensor of the model) by those of the table. kInvalid when the table is of another model or names
// a tensor that it doesn't have.
Status merge_ranges(const RangeTable& table, const graph::Model& model, std::vector<Range>& ranges);

// kInvalid for every float32 tensor that is computed or fed and has no range.
Status check_complete(const graph::Model& model, const std::vector<Range>& ranges);

}  // namespace atl::quantizer

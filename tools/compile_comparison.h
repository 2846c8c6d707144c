// Two compilations of a model, side by side: `atoll compile --compare OLD.json`.
#pragma once

#include <string>

#include "common/base/result.h"
#include "tools/console.h"

namespace atl::tools {

// A report that `compile --report` wrote of one model. kIo when it can't be read; kInvalid when it is no such report.
Result<Json> read_compile_report(const std::string& path);

// `before` and `now` are reports of the same model, for whatever machines. kInvalid when operators differ.
// The result: "figures", a list of name, before and now; "ops", those whose place or cycles changed: index, name, where
// and cycles (from first decode to last completion, null on the host) of both, the largest change first.
Result<Json> compare_compilations(const Json& before, const Json& now);

std::string comparison_text(const std::string& path, const Json& comparison);

}  // namespace atl::tools

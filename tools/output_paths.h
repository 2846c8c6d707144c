// Names of the files that `compile` writes.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"

namespace atl::tools {

// One path a model, empty where `output` is. One model goes to `output`, unless that is a folder; with several models
// it is one, made if it is not there, and holds <model>_atoll.tflite. kUsage when two models would have one name; kIo.
Result<std::vector<std::string>> output_paths(const std::vector<std::string>& models, const std::string& output);

// `path` itself if count is 1, else with "_<index>_of_<count>" before its extension.
std::string numbered_path(const std::string& path, size_t index, size_t count);

}  // namespace atl::tools

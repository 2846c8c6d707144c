// Test material that is not part of this repository: models and stored vectors in a folder beside it, or at
// $ATOLL_SHARED. Tests use it where it is and skip, saying so, where it is not.
#pragma once

#include <optional>
#include <string>

namespace atl::test {

// Path of a file or folder of the material, if it is there.
std::optional<std::string> shared_path(const std::string& relative);

// The same, printing "skipped: <relative> is not at ..." when it isn't.
std::optional<std::string> shared_path_or_skip(const std::string& relative);

}  // namespace atl::test

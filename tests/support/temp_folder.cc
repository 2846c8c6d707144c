#include "tests/support/temp_folder.h"

#include <cstdlib>

#include <filesystem>

#include "common/base/check.h"

namespace atl::test {

TempFolder::TempFolder() {
  path_ = (std::filesystem::temp_directory_path() / "atoll-test-XXXXXX").string();
  ATOLL_CHECK(mkdtemp(path_.data()) != nullptr, "no temporary folder");
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace atl::test

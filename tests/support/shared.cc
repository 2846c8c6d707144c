#include "tests/support/shared.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace atl::test {
namespace {

std::filesystem::path shared_root() {
  const char* set = std::getenv("ATOLL_SHARED");
  if (set != nullptr && *set != '\0') return set;
  return std::filesystem::path(ATOLL_SOURCE_DIR) / ".." / "shared";
}

}  // namespace

std::optional<std::string> shared_path(const std::string& relative) {
  const std::filesystem::path path = shared_root() / relative;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  return path.lexically_normal().string();
}

std::optional<std::string> shared_path_or_skip(const std::string& relative) {
  std::optional<std::string> path = shared_path(relative);
  if (!path) {
    fmt::print("skipped: no test material at {} (set ATOLL_SHARED to the folder that holds {})\n",
               (shared_root() / relative).lexically_normal().string(), relative);
  }
  return path;
}

}  // namespace atl::test

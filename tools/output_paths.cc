#include "tools/output_paths.h"

#include <filesystem>
#include <map>

namespace atl::tools {

namespace fs = std::filesystem;

Result<std::vector<std::string>> output_paths(const std::vector<std::string>& models, const std::string& output) {
  if (output.empty()) return std::vector<std::string>(models.size());
  std::error_code error;
  const bool folder = models.size() > 1 || output.ends_with('/') || fs::is_directory(output, error);
  if (!folder) return std::vector<std::string>{output};
  fs::create_directories(output, error);
  if (error) return make_error(ErrorCode::kIo, "{}: can't make the folder: {}", output, error.message());
  std::vector<std::string> paths;
  std::map<std::string, std::string> taken;
  for (const std::string& model : models) {
    paths.push_back((fs::path(output) / (fs::path(model).stem().string() + "_atoll.tflite")).string());
    const auto [known, is_new] = taken.emplace(paths.back(), model);
    if (is_new) continue;
    return make_error(ErrorCode::kUsage, "{} and {} would both be written to {}; compile them one by one",
                      known->second, model, paths.back());
  }
  return paths;
}

std::string numbered_path(const std::string& path, size_t index, size_t count) {
  if (count == 1) return path;
  const fs::path p(path);
  return (p.parent_path() / fmt::format("{}_{}_of_{}{}", p.stem().string(), index, count, p.extension().string()))
      .string();
}

}  // namespace atl::tools

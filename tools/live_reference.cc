#include "tools/live_reference.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "common/base/file.h"

extern char** environ;

namespace atl::tools {
namespace {

namespace fs = std::filesystem;

// A folder of its own, gone at the end.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> create() {
    std::error_code error;
    std::string path = (fs::temp_directory_path(error) / "atoll-XXXXXX").string();
    if (error || ::mkdtemp(path.data()) == nullptr) {
      return make_error(ErrorCode::kIo, "can't make a temporary folder: {}", std::strerror(errno));
    }
    return TemporaryFolder(std::move(path));
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// scripts/reference.py of an installation beside the binary, or of the tree that the binary was built from.
Result<fs::path> find_script() {
  std::error_code error;
  const fs::path binary = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = binary.parent_path().parent_path() / "share" / "atoll" / "reference.py";
  for (const fs::path& candidate : {installed, fs::path(ATOLL_SOURCE_DIR) / "scripts" / "reference.py"}) {
    if (fs::exists(candidate, error)) return candidate;
  }
  return make_error(ErrorCode::kUnsupported, "--live needs scripts/reference.py, which is not beside this binary");
}

std::string find_python(const fs::path& script) {
  if (const char* named = std::getenv("ATOLL_REFERENCE_PYTHON"); named != nullptr && *named != '\0') return named;
  const fs::path own = script.parent_path().parent_path() / ".venv" / "bin" / "python";
  std::error_code ignored;
  return fs::exists(own, ignored) ? own.string() : "python3";
}

// Runs a command with its output in a file; its exit status, or 128 + the signal that ended it.
Result<int> run_command(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    return make_error(ErrorCode::kUnsupported,
                      "--live can't start {}: {}; name a Python with ai-edge-litert in "
                      "ATOLL_REFERENCE_PYTHON",
                      command[0], std::strerror(failed));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The last line that the script wrote: its message.
std::string last_line(const std::string& log) {
  const auto bytes = read_file(log);
  std::string text = bytes.ok() ? std::string(bytes->begin(), bytes->end()) : std::string();
  text.resize(text.find_last_not_of("\r\n ") + 1);
  const size_t start = text.rfind('\n');
  return start == std::string::npos ? text : text.substr(start + 1);
}

}  // namespace

Result<arrays::NamedArrays> run_live_reference(std::span<const uint8_t> model, const arrays::NamedArrays& inputs) {
  ATOLL_ASSIGN(const fs::path script, find_script());
  ATOLL_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  const std::string in = folder.file("in.npz"), out = folder.file("out.npz"), log = folder.file("log");
  const std::string file = folder.file("model.tflite");
  ATOLL_TRY(write_file(file, model));
  ATOLL_TRY(arrays::write_npz(in, inputs));
  ATOLL_ASSIGN(const int status, run_command({find_python(script), "-B", script.string(), file, "--inputs", in,
                                              "--output", out, "--all-tensors"},
                                             log));
  if (status == 0) return arrays::read_arrays(out);
  return make_error(
      status == 3 ? ErrorCode::kIo : ErrorCode::kUnsupported, "--live: {}",
      last_line(log).empty() ? fmt::format("the reference ended with status {}", status) : last_line(log));
}

}  // namespace atl::tools

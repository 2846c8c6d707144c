#include "tests/cli/command.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "common/base/check.h"
#include "common/tflite/writer.h"

namespace atl::test {
namespace {

namespace fs = std::filesystem;

// In the child: becomes the command. Only fails when the binary can't be started.
[[noreturn]] void become(const std::string& folder, const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment, const std::string& out,
                         const std::string& err) {
  const int out_file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err_file = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (::chdir(folder.c_str()) != 0 || ::dup2(out_file, STDOUT_FILENO) < 0 || ::dup2(err_file, STDERR_FILENO) < 0) {
    ::_exit(127);
  }
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words{const_cast<char*>("atoll")};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::execv(ATOLL_BINARY, words.data());
  ::_exit(127);
}

std::string text_of(const std::string& path) {
  const auto bytes = read_file(path);
  return bytes.ok() ? std::string(bytes->begin(), bytes->end()) : std::string();
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
  return stream << "status " << outcome.status << "\n-- stdout --\n" << outcome.out << "-- stderr --\n" << outcome.err;
}

Workspace::Workspace() {
  std::string pattern = (fs::temp_directory_path() / "atoll-test-XXXXXX").string();
  ATOLL_CHECK(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
}

Workspace::~Workspace() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Outcome Workspace::run(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment,
                       const std::string& out) const {
  const std::string out_path = out.empty() ? folder_ + ".out" : out, err_path = folder_ + ".err";
  const pid_t child = ::fork();
  ATOLL_CHECK(child >= 0);
  if (child == 0) become(folder_, arguments, environment, out_path, err_path);
  int status = 0;
  ATOLL_CHECK(::waitpid(child, &status, 0) == child);
  Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), "", text_of(err_path)};
  if (out.empty()) {
    outcome.out = text_of(out_path);
    fs::remove(out_path);
  }
  fs::remove(err_path);
  return outcome;
}

bool Workspace::has(const std::string& name) const { return fs::exists(path(name)); }
Bytes Workspace::read(const std::string& name) const { return read_file(path(name)).value(); }
std::string Workspace::read_text(const std::string& name) const { return text_of(path(name)); }

void Workspace::write(const std::string& name, const Bytes& bytes) const {
  ATOLL_CHECK(write_file(path(name), std::span<const uint8_t>(bytes)).ok());
}
void Workspace::write(const std::string& name, const std::string& text) const {
  ATOLL_CHECK(write_file(path(name), std::string_view(text)).ok());
}
void Workspace::write(const std::string& name, const arrays::NamedArrays& arrays) const {
  ATOLL_CHECK(arrays::write_npz(path(name), arrays).ok());
}
void Workspace::write(const std::string& name, const graph::Model& model) const {
  ATOLL_CHECK(tflite::save_model(model, path(name)).ok());
}
arrays::NamedArrays Workspace::read_arrays(const std::string& name) const {
  return arrays::read_arrays(path(name)).value();
}

std::vector<std::string> Workspace::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace atl::test

#include "tools/console.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace atl::tools {
namespace {

int first_write_error = 0;

}  // namespace

void print_text(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && first_write_error == 0) {
    first_write_error = errno;
  }
}

std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void print_json(const Json& json) { print_text(json_text(json)); }

Status finish_output() {
  if (std::fflush(stdout) != 0 && first_write_error == 0) first_write_error = errno;
  if (first_write_error == 0) return {};
  return make_error(ErrorCode::kIo, "can't write to standard output: {}", std::strerror(first_write_error));
}

void warn(std::string_view message) { fmt::print(stderr, "atoll: warning: {}\n", message); }

void warn(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) warn(message);
}

void note(std::string_view message) { fmt::print(stderr, "atoll: note: {}\n", message); }

void print_error(const Error& error) {
  for (const std::string& message : error.messages()) fmt::print(stderr, "atoll: error: {}\n", message);
}

void Progress::clear() {
  if (shown_) fmt::print(stderr, "\r\033[K");
  shown_ = false;
}

void Progress::show(std::string_view text) {
  static const bool terminal = isatty(STDERR_FILENO) != 0;
  if (!terminal) return;
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace atl::tools

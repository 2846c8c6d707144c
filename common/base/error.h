// What went wrong with something the user gave us, and the exit status it ends in.
//
// Errors are values: a function that can fail because of a file, flag or model returns Result<T> (result.h).
// Several independent problems are collected into one Error, so that the user sees all of them at once.
// A mistake of our own is not an Error; it is a failed ATOLL_CHECK (check.h).
//
// The project's namespace is atl: <stdlib.h> declares a function atoll(), which a namespace can't share its name with.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace atl {

// The kinds of failure; the value is the process's exit status (docs/cli.md).
enum class ErrorCode : int {
  kUsage = 2,        // unknown flag or machine name, missing argument, contradictory options
  kIo = 3,           // a file can't be read or written
  kInvalid = 4,      // a model, program, machine or data file is not valid
  kUnsupported = 5,  // valid, but what was asked can't be done
  kDoesNotFit = 6,   // does not fit the machine or the limit given
  kMismatch = 7,     // verify found a difference
};

// One or more problems of one kind. Each message is a full sentence that names what was seen and what would fix it.
class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), messages_{std::move(message)} {}

  ErrorCode code() const { return code_; }
  int exit_status() const { return static_cast<int>(code_); }
  const std::vector<std::string>& messages() const { return messages_; }

  // All messages, one a line.
  std::string text() const { return fmt::format("{}", fmt::join(messages_, "\n")); }

  // Appends the other's messages; the code of this error stays.
  void merge(Error other) {
    for (std::string& message : other.messages_) messages_.push_back(std::move(message));
  }
  // Puts "place: " before every message, as in "model.tflite: not a TensorFlow Lite model".
  Error with_place(const std::string& place) && {
    for (std::string& message : messages_) message = place + ": " + message;
    return std::move(*this);
  }

 private:
  ErrorCode code_;
  std::vector<std::string> messages_;
};

// make_error(ErrorCode::kInvalid, "shape {} has {} elements", ...).
template <typename... Args>
Error make_error(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return Error(code, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace atl

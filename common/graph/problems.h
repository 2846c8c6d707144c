// A list of what is wrong with a model, kept short however much is wrong.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace atl::graph {

// Collects messages up to kShown, counts the rest. One kind of error: kInvalid.
class Problems {
 public:
  static constexpr size_t kShown = 20;

  void add(std::string message) {
    if (messages_.size() < kShown) messages_.push_back(std::move(message));
    ++count_;
  }
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    add(fmt::format(format, std::forward<Args>(args)...));
  }
  // "place: message" for every message of an error.
  void add_at(const std::string& place, const Error& error) {
    for (const std::string& message : error.messages()) add(place + ": " + message);
  }
  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }

  Status status() const {
    if (empty()) return {};
    ErrorCollector errors;
    for (const std::string& message : messages_) errors.add(Error(ErrorCode::kInvalid, message));
    if (count_ > kShown) errors.add(make_error(ErrorCode::kInvalid, "and {} more problems", count_ - kShown));
    return std::move(errors).status();
  }

 private:
  std::vector<std::string> messages_;
  size_t count_ = 0;
};

}  // namespace atl::graph

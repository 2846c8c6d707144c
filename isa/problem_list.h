// Problems of a program: the first 20 in full, the rest as a number.
#pragma once

#include <string>
#include <utility>

#include "common/base/result.h"

namespace atl::isa {

class ProblemList {
 public:
  // A condition that must hold, and what to say if it doesn't.
  template <typename... Args>
  bool require(bool holds, fmt::format_string<Args...> format, Args&&... args) {
    if (!holds) add(fmt::format(format, std::forward<Args>(args)...));
    return holds;
  }
  // Prefix of the problems that follow.
  void set_place(std::string place) { place_ = std::move(place); }
  int count() const { return count_; }
  Status status() &&;

 private:
  static constexpr int kShown = 20;
  void add(const std::string& problem);

  std::string place_;
  int count_ = 0;
  ErrorCollector errors_;
};

}  // namespace atl::isa

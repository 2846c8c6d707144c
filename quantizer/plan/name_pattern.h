// Regular expressions on names.
#pragma once

#include <regex>
#include <string>

#include "common/base/result.h"

namespace atl::quantizer {

// An ECMAScript regular expression that is found anywhere in a name, unless it says ^ or $. Without references back, so
// that the time it takes is bounded.
class NamePattern {
 public:
  static constexpr size_t kLongest = 500;  // characters
  // kInvalid for text that is no such expression.
  static Result<NamePattern> create(const std::string& text);
  bool found_in(const std::string& name) const;

 private:
  explicit NamePattern(std::regex regex) : regex_(std::move(regex)) {}
  std::regex regex_;
};

}  // namespace atl::quantizer

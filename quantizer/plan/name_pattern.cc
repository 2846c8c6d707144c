#include "quantizer/plan/name_pattern.h"

#include <algorithm>

namespace atl::quantizer {
namespace {

// The library's matcher that walks through a name once, in all states at a time; its other one goes back and forth,
// exponentially often in the worst case.
std::regex::flag_type flags() {
#ifdef __GLIBCXX__
  return std::regex::ECMAScript | std::regex_constants::__polynomial;
#else
  return std::regex::ECMAScript;
#endif
}

constexpr double kMostStates = 5000;

// Repetitions are copied as often as they say, and copies of copies multiply.
bool is_too_large(const std::string& text) {
  auto states = static_cast<double>(text.size());
  for (size_t i = text.find('{'); i != std::string::npos; i = text.find('{', i + 1)) {
    const std::string counts = text.substr(i + 1, text.find('}', i) - i - 1);
    double most = 1;
    for (size_t k = 0; k < counts.size();) {
      if (counts[k] < '0' || counts[k] > '9') {
        ++k;
        continue;
      }
      double count = 0;
      for (; k < counts.size() && counts[k] >= '0' && counts[k] <= '9'; ++k) count = count * 10 + (counts[k] - '0');
      most = std::max(most, count);
    }
    states *= most;
  }
  return states > kMostStates;
}

}  // namespace

Result<NamePattern> NamePattern::create(const std::string& text) {
  if (text.size() > kLongest) return make_error(ErrorCode::kInvalid, "has more than {} characters", kLongest);
  if (is_too_large(text)) return make_error(ErrorCode::kInvalid, "is too large");
  try {
    return NamePattern(std::regex(text, flags()));
  } catch (const std::regex_error& error) {
    return make_error(ErrorCode::kInvalid, "is no regular expression ({})", error.what());
  }
}

bool NamePattern::found_in(const std::string& name) const { return std::regex_search(name, regex_); }

}  // namespace atl::quantizer

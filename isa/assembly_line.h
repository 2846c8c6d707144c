// One line of assembly cut into words, and the problems found in a text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/extent.h"

namespace atl::isa {

// Every problem of a text, each with its place and line.
class AssemblyErrors {
 public:
  explicit AssemblyErrors(std::string place) : place_(std::move(place)) {}
  void set_line(int number) { line_ = number; }
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    errors_.add(
        make_error(ErrorCode::kInvalid, "{}:{}: {}", place_, line_, fmt::format(format, std::forward<Args>(args)...)));
  }
  bool empty() const { return errors_.empty(); }
  Status status() && { return std::move(errors_).status(); }

 private:
  std::string place_;
  int line_ = 0;
  ErrorCollector errors_;
};

// A word: `text`, `key=text`, `"text"` or `key="text"`; quotes and escapes are undone.
struct Word {
  std::string key;
  std::string text;
  bool quoted = false;
  bool used = false;  // set by take() below
};

// The words of a line without its comment; nothing after adding a problem for a string that does not end or a bad
// escape.
std::optional<std::vector<Word>> cut_line(std::string_view line, AssemblyErrors& errors);

// The value of a decimal or 0x number, with or without '-', of at most 64 bits; nothing for anything else.
std::optional<i128> parse_number(std::string_view text);

// The words of one statement after its first, taken by key. Call finish() at the end: it adds a problem for what nobody
// took.
class Arguments {
 public:
  Arguments(std::string statement, std::vector<Word> words, AssemblyErrors& errors);

  // The next word without a key that nobody took yet; nothing, with a problem, if there is none.
  std::optional<Word> take_plain(std::string_view what);
  // The text of key=...; nothing if it is not there. A key given twice is a problem.
  std::optional<std::string> take(std::string_view key);
  // The number of key=..., in low .. high; `otherwise` if it is not there or, with a problem, not such a number.
  template <typename T>
  T number(std::string_view key, T otherwise, i128 low = std::numeric_limits<T>::min(),
           i128 high = std::numeric_limits<T>::max()) {
    const std::optional<std::string> text = take(key);
    const std::optional<i128> value = text ? in_range(key, *text, low, high) : std::nullopt;
    return value ? static_cast<T>(*value) : otherwise;
  }
  std::optional<i128> in_range(std::string_view what, std::string_view text, i128 low, i128 high);
  void finish();

 private:
  std::string statement_;
  std::vector<Word> words_;
  AssemblyErrors& errors_;
};

}  // namespace atl::isa

#include "isa/assembly_line.h"

#include <algorithm>
#include <charconv>

namespace atl::isa {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class LineCutter {
 public:
  LineCutter(std::string_view line, AssemblyErrors& errors) : rest_(line), errors_(errors) {}

  std::optional<std::vector<Word>> cut() {
    std::vector<Word> words;
    while (true) {
      while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
      if (rest_.empty() || rest_.front() == '#') return words;
      Word word;
      if (!cut_word(word)) return std::nullopt;
      words.push_back(std::move(word));
    }
  }

 private:
  bool cut_word(Word& word) {
    while (!rest_.empty() && !is_blank(rest_.front()) && rest_.front() != '#') {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') {
        word.quoted = true;
        if (!cut_string(word.text)) return false;
      } else if (c == '=' && word.key.empty() && !word.quoted) {
        word.key = std::move(word.text);
        word.text.clear();
      } else {
        word.text += c;
      }
    }
    return true;
  }

  // After the opening quote.
  bool cut_string(std::string& text) {
    while (!rest_.empty() && rest_.front() != '"') {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c != '\\') {
        text += c;
      } else if (!cut_escape(text)) {
        return false;
      }
    }
    if (rest_.empty()) {
      errors_.add("a string does not end on its line");
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool cut_escape(std::string& text) {
    if (!rest_.empty() && (rest_.front() == '"' || rest_.front() == '\\')) {
      text += rest_.front();
      rest_.remove_prefix(1);
      return true;
    }
    unsigned byte = 0;
    if (rest_.size() >= 3 && rest_.front() == 'x') {
      const auto [end, code] = std::from_chars(rest_.data() + 1, rest_.data() + 3, byte, 16);
      if (code == std::errc() && end == rest_.data() + 3) {
        text += static_cast<char>(byte);
        rest_.remove_prefix(3);
        return true;
      }
    }
    errors_.add("a string has a backslash before something else than \", \\ or xNN");
    return false;
  }

  std::string_view rest_;
  AssemblyErrors& errors_;
};

}  // namespace

std::optional<std::vector<Word>> cut_line(std::string_view line, AssemblyErrors& errors) {
  return LineCutter(line, errors).cut();
}

std::optional<i128> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return negative ? -i128{value} : i128{value};
}

Arguments::Arguments(std::string statement, std::vector<Word> words, AssemblyErrors& errors)
    : statement_(std::move(statement)), words_(std::move(words)), errors_(errors) {}

std::optional<Word> Arguments::take_plain(std::string_view what) {
  for (Word& word : words_) {
    if (word.used || !word.key.empty()) continue;
    word.used = true;
    return word;
  }
  errors_.add("{} needs {}", statement_, what);
  return std::nullopt;
}

std::optional<std::string> Arguments::take(std::string_view key) {
  std::optional<std::string> found;
  for (Word& word : words_) {
    if (word.key != key) continue;
    if (found) errors_.add("{}: {} is given twice", statement_, key);
    word.used = true;
    found = word.text;
  }
  return found;
}

std::optional<i128> Arguments::in_range(std::string_view what, std::string_view text, i128 low, i128 high) {
  const std::optional<i128> value = parse_number(text);
  if (!value) {
    errors_.add("{}: {} = '{}' is not a number", statement_, what, text);
  } else if (*value < low || *value > high) {
    errors_.add("{}: {} = {} is not in {} .. {}", statement_, what, text, decimal(low), decimal(high));
  } else {
    return value;
  }
  return std::nullopt;
}

void Arguments::finish() {
  for (const Word& word : words_) {
    if (word.used) continue;
    if (word.key.empty()) {
      errors_.add("{}: '{}' is one word too many", statement_, word.text);
    } else {
      errors_.add("{} has no field '{}'", statement_, word.key);
    }
  }
}

}  // namespace atl::isa

// Columns of text for people: the first column left-aligned, the others right-aligned unless said otherwise.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace atl::tools {

class Table {
 public:
  // One character a column: 'l' or 'r'. An empty header prints no header line.
  explicit Table(std::string alignment, std::vector<std::string> header = {});

  // As many cells as columns.
  void add(std::vector<std::string> row);

  // Every line starts with `indent`; columns are two spaces apart; no spaces at the ends of lines.
  std::string text(const std::string& indent = "") const;

 private:
  std::string alignment_;
  std::vector<std::vector<std::string>> rows_;
  bool has_header_;
};

// A text cut to a column's width, in characters, with "..." in the middle: both ends of tensors' names say something.
std::string shortened(const std::string& text, size_t width = 48);
// "1,234,567".
std::string grouped(int64_t value);
// Seconds in the unit that fits: "1.234 ms", "56.7 us".
std::string seconds_text(double seconds);
// "12.3 %".
std::string percent_text(double fraction);

}  // namespace atl::tools

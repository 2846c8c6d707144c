// What `atoll` says: results on stdout, everything else on stderr.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace atl::tools {

using Json = nlohmann::ordered_json;

// Text to stdout. A failure to write is remembered, finish_output() reports it.
void print_text(std::string_view text);
template <typename... Args>
void print(fmt::format_string<Args...> format, Args&&... args) {
  print_text(fmt::format(format, std::forward<Args>(args)...));
}

// As people read it: two spaces a level, a line break at the end. Bytes that are not UTF-8 become U+FFFD.
std::string json_text(const Json& json);
void print_json(const Json& json);

// Everything printed has reached stdout; kIo when it could not be written.
Status finish_output();

// "atoll: warning: ...", "atoll: note: ..." on stderr.
void warn(std::string_view message);
void warn(const std::vector<std::string>& messages);
void note(std::string_view message);
// "atoll: error: ..." for every message.
void print_error(const Error& error);

// A line on stderr that the next one overwrites; nothing when stderr is not a terminal.
class Progress {
 public:
  ~Progress() { clear(); }
  void show(std::string_view text);
  void clear();

 private:
  bool shown_ = false;
};

}  // namespace atl::tools

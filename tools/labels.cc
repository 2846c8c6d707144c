#include "tools/labels.h"

#include <algorithm>
#include <charconv>

#include "common/base/file.h"
#include "tools/values.h"

namespace atl::tools {
namespace {

bool is_array_file(const Bytes& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.starts_with("PK") || text.starts_with("\x93NUMPY");
}

Result<std::vector<int64_t>> labels_of_arrays(const std::string& path) {
  ATOLL_ASSIGN(const arrays::NamedArrays named, arrays::read_arrays(path));
  if (named.size() != 1) {
    return make_error(ErrorCode::kInvalid, "{}: labels are one array, and the file holds {}", path, named.size());
  }
  const arrays::Array& array = named.front().second;
  if (!is_integer(array.type)) {
    return make_error(ErrorCode::kInvalid, "{}: labels must be integers, not {}", path,
                      arrays::element_name(array.type));
  }
  std::vector<int64_t> labels;
  for (const double value : values(array)) labels.push_back(static_cast<int64_t>(value));
  return labels;
}

Result<std::vector<int64_t>> labels_of_text(const std::string& path, std::string_view text) {
  constexpr std::string_view kSeparators = " \t\r\n,;";
  std::vector<int64_t> labels;
  size_t line = 1;
  for (size_t at = 0; at < text.size();) {
    if (kSeparators.find(text[at]) != std::string_view::npos) {
      line += text[at++] == '\n';
      continue;
    }
    const size_t end = std::min(text.find_first_of(kSeparators, at), text.size());
    int64_t label = 0;
    const auto [stop, error] = std::from_chars(text.data() + at, text.data() + end, label);
    if (error != std::errc() || stop != text.data() + end) {
      return make_error(ErrorCode::kInvalid, "{}:{}: a label must be a class number", path, line);
    }
    labels.push_back(label);
    at = end;
  }
  return labels;
}

}  // namespace

Result<std::vector<int64_t>> read_labels(const std::string& path) {
  ATOLL_ASSIGN(const Bytes bytes, read_file(path));
  if (is_array_file(bytes)) return labels_of_arrays(path);
  return labels_of_text(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Result<Accuracy> accuracy(const arrays::Array& outputs, int64_t invocations, const std::vector<int64_t>& labels) {
  if (static_cast<int64_t>(labels.size()) != invocations) {
    return make_error(ErrorCode::kInvalid, "there are {} labels for {} invocations", labels.size(), invocations);
  }
  const std::vector<double> all = values(outputs);
  const size_t classes = labels.empty() ? 0 : all.size() / labels.size();
  Accuracy result;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || static_cast<size_t>(labels[i]) >= classes) {
      return make_error(ErrorCode::kInvalid, "label {} is {}, but the first output has {} classes, counted from 0", i,
                        labels[i], classes);
    }
    const auto first = all.begin() + static_cast<int64_t>(i * classes);
    const auto best = std::max_element(first, first + static_cast<int64_t>(classes)) - first;
    result.correct += best == labels[i];
    ++result.total;
  }
  return result;
}

}  // namespace atl::tools

#include "common/graph/type_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace atl::graph {
namespace {

std::vector<std::string_view> split(std::string_view list, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const size_t end = list.find(separator);
    parts.push_back(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + separator.size());
  }
  return parts;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// Compares operands one after another; T is bound by the first operand that meets it.
class Matcher {
 public:
  Matcher(std::span<const DType> types, const Subgraph& subgraph) : types_(types), subgraph_(subgraph) {}

  bool list_matches(std::string_view wanted_list, const std::vector<int32_t>& operands) {
    size_t next = 0;
    for (std::string_view wanted : split(wanted_list, ", ")) {
      const bool repeated = take_suffix(wanted, "...");
      const bool optional = take_suffix(wanted, "?");
      if (next >= operands.size() && !optional) return false;
      do {
        if (next >= operands.size()) break;
        if (!operand_matches(wanted, optional, operands[next])) return false;
        ++next;
      } while (repeated);
    }
    return next >= operands.size();
  }

 private:
  bool operand_matches(std::string_view wanted, bool optional, int32_t operand) {
    if (operand == kNoTensor) return optional;
    const DType seen = subgraph_.tensors[static_cast<size_t>(operand)].type;
    if (wanted == "any") return true;
    if (wanted == "T") return binds(seen);
    const auto names = split(wanted, "|");
    return std::find(names.begin(), names.end(), dtype_name(seen)) != names.end();
  }

  bool binds(DType seen) {
    if (bound_) return *bound_ == seen;
    bound_ = seen;
    if (types_.empty()) return dtype_bits(seen) >= 8;
    return std::find(types_.begin(), types_.end(), seen) != types_.end();
  }

  std::span<const DType> types_;
  const Subgraph& subgraph_;
  std::optional<DType> bound_;
};

std::string list_text(const Subgraph& subgraph, const std::vector<int32_t>& operands) {
  std::vector<std::string_view> names;
  for (const int32_t operand : operands) {
    names.push_back(operand == kNoTensor ? "-" : dtype_name(subgraph.tensors[static_cast<size_t>(operand)].type));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

bool types_match(std::string_view text, std::span<const DType> types, const OpView& op) {
  const size_t arrow = text.find("->");
  ATOLL_CHECK(arrow != std::string_view::npos, "'{}' is no list of types", text);
  std::string_view inputs = text.substr(0, arrow), outputs = text.substr(arrow + 2);
  if (inputs.ends_with(' ')) inputs.remove_suffix(1);
  if (outputs.starts_with(' ')) outputs.remove_prefix(1);
  Matcher matcher(types, op.subgraph);
  return matcher.list_matches(inputs, op.op.inputs) && matcher.list_matches(outputs, op.op.outputs);
}

std::string types_seen(const OpView& op) {
  return fmt::format("{} -> {}", list_text(op.subgraph, op.op.inputs), list_text(op.subgraph, op.op.outputs));
}

}  // namespace atl::graph

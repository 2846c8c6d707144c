#include "common/kernels/interface/variant.h"

#include <vector>

#include "common/base/check.h"

namespace atl::kernels {
namespace {

constexpr std::string_view kArrow = " -> ";
constexpr std::string_view kSeparator = ", ";

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const size_t end = list.find(kSeparator);
    parts.push_back(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + kSeparator.size());
  }
  return parts;
}

// Compares operands one after another; T is bound by the first operand that meets it.
class Matcher {
 public:
  bool matches(std::string_view wanted, graph::DType seen) {
    if (wanted != "T") return graph::dtype_name(seen) == wanted;
    if (!bound_) bound_ = seen;
    return *bound_ == seen && graph::dtype_bits(seen) >= 8;
  }

 private:
  std::optional<graph::DType> bound_;
};

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

bool inputs_match(const std::vector<std::string_view>& wanted, const OpContext& context, Matcher& matcher) {
  size_t next = 0;
  for (std::string_view type : wanted) {
    const bool optional = take_suffix(type, "?");
    const bool repeated = take_suffix(type, "...");
    if (!context.has_input(next)) {
      if (!optional) return false;
      ++next;
      continue;
    }
    do {
      if (!context.has_input(next) || !matcher.matches(type, context.input(next).type)) return false;
      ++next;
    } while (repeated && next < context.num_inputs());
  }
  return next >= context.num_inputs();
}

}  // namespace

bool types_match(std::string_view types, const OpContext& context) {
  const size_t arrow = types.find(kArrow);
  ATOLL_CHECK(arrow != std::string_view::npos, "'{}' is no list of types", types);
  Matcher matcher;
  if (!inputs_match(split(types.substr(0, arrow)), context, matcher)) return false;
  const std::vector<std::string_view> outputs = split(types.substr(arrow + kArrow.size()));
  if (outputs.size() != context.op().outputs.size()) return false;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!matcher.matches(outputs[i], context.output(i).type)) return false;
  }
  return true;
}

std::string types_seen(const OpContext& context) {
  std::vector<std::string_view> inputs, outputs;
  for (size_t i = 0; i < context.num_inputs(); ++i) {
    inputs.push_back(context.has_input(i) ? graph::dtype_name(context.input(i).type) : "-");
  }
  for (size_t i = 0; i < context.op().outputs.size(); ++i) outputs.push_back(graph::dtype_name(context.output(i).type));
  return fmt::format("{} -> {}", fmt::join(inputs, ", "), fmt::join(outputs, ", "));
}

}  // namespace atl::kernels

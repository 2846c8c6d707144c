#include "common/graph/model.h"

#include <fmt/format.h>

#include "common/base/check.h"
#include "common/graph/builtin_names.h"

namespace atl::graph {
namespace {

constexpr int64_t kMaxElements = int64_t{1} << 56;
constexpr size_t kMaxQuotedBytes = 120;

// Bytes of the UTF-8 character at the start of text, 0 when there is none (RFC 3629, overlong forms not looked for).
size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t length = lead < 0x80                   ? 1
                        : lead >= 0xc2 && lead < 0xe0 ? 2
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xf0 && lead < 0xf5 ? 4
                                                      : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

bool is_control(char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::optional<int64_t> checked_num_elements(const Shape& shape) {
  bool empty = false;
  for (int32_t extent : shape) {
    if (extent < 0) return std::nullopt;
    empty = empty || extent == 0;
  }
  if (empty) return 0;
  int64_t product = 1;
  for (int32_t extent : shape) {
    if (product >= kMaxElements / extent) return std::nullopt;
    product *= extent;
  }
  return product;
}

int64_t num_elements(const Shape& shape) {
  const std::optional<int64_t> count = checked_num_elements(shape);
  ATOLL_CHECK(count.has_value(), "shape {} was not verified", shape_text(shape));
  return *count;
}

int64_t num_bytes(const Shape& shape, DType type) {
  const int bits = dtype_bits(type);
  const int64_t elements = num_elements(shape);
  if (bits >= 8) return elements * (bits / 8);
  const int per_byte = bits == 0 ? 0 : 8 / bits;
  return per_byte == 0 ? 0 : elements / per_byte + (elements % per_byte != 0 ? 1 : 0);
}

std::string shape_text(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

Buffer make_buffer(std::vector<uint8_t> bytes) {
  return std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
}

std::string quoted(std::string_view name) {
  std::string text = "'";
  size_t i = 0;
  while (i < name.size() && text.size() < kMaxQuotedBytes) {
    const size_t length = utf8_length(name.substr(i));
    if (length == 0 || is_control(name[i])) {
      text += fmt::format("\\x{:02x}", static_cast<uint8_t>(name[i]));
      i += 1;
    } else {
      text += name.substr(i, length);
      i += length;
    }
  }
  if (i < name.size()) text += "...";
  return text + "'";
}

std::string op_name(const Op& op) {
  if (op.kind != OpKind::kUnknown) return std::string(op_info(op.kind).name);
  if (op.builtin_code != kCustomBuiltinCode) return builtin_name(op.builtin_code);
  const std::string code = quoted(op.custom_code);
  return fmt::format("CUSTOM({})", std::string_view(code).substr(1, code.size() - 2));
}

std::string op_label(const Subgraph& subgraph, size_t op_index) {
  ATOLL_CHECK(op_index < subgraph.ops.size());
  const Op& op = subgraph.ops[op_index];
  std::string label = fmt::format("{} #{}", op_name(op), op.shown_index.value_or(op_index));
  if (op.outputs.empty()) return label;
  const int32_t output = op.outputs.front();
  if (output < 0 || static_cast<size_t>(output) >= subgraph.tensors.size()) return label;
  return label + " " + quoted(subgraph.tensors[static_cast<size_t>(output)].name);
}

std::string refusal(const Op& op) {
  if (!op.set_aside.empty()) return op.set_aside;
  if (op.builtin_code == kCustomBuiltinCode) return "is a custom operator, which Atoll has no code for";
  return "is not an operator that Atoll knows";
}

std::string tensor_label(const Subgraph& subgraph, size_t tensor_index) {
  ATOLL_CHECK(tensor_index < subgraph.tensors.size());
  return fmt::format("tensor #{} {}", tensor_index, quoted(subgraph.tensors[tensor_index].name));
}

}  // namespace atl::graph

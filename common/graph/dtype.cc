#include "common/graph/dtype.h"

#include <array>

#include "common/base/check.h"

namespace atl::graph {
namespace {

enum class Class : uint8_t { kFloat, kSigned, kUnsigned, kOther };

struct Row {
  std::string_view name;
  int bits;  // 0: no fixed size
  Class kind;
};

// Indexed by the type's value.
constexpr std::array<Row, 23> kRows = {{
    {"float32", 32, Class::kFloat},      {"float16", 16, Class::kFloat},    {"int32", 32, Class::kSigned},
    {"uint8", 8, Class::kUnsigned},      {"int64", 64, Class::kSigned},     {"string", 0, Class::kOther},
    {"bool", 8, Class::kOther},          {"int16", 16, Class::kSigned},     {"complex64", 64, Class::kOther},
    {"int8", 8, Class::kSigned},         {"float64", 64, Class::kFloat},    {"complex128", 128, Class::kOther},
    {"uint64", 64, Class::kUnsigned},    {"resource", 0, Class::kOther},    {"variant", 0, Class::kOther},
    {"uint32", 32, Class::kUnsigned},    {"uint16", 16, Class::kUnsigned},  {"int4", 4, Class::kSigned},
    {"bfloat16", 16, Class::kFloat},     {"int2", 2, Class::kSigned},       {"uint4", 4, Class::kUnsigned},
    {"float8_e4m3fn", 8, Class::kFloat}, {"float8_e5m2", 8, Class::kFloat},
}};

const Row& row(DType type) {
  const auto code = static_cast<size_t>(type);
  ATOLL_CHECK(code < kRows.size(), "tensor type {}", static_cast<int>(type));
  return kRows[code];
}

}  // namespace

std::string_view dtype_name(DType type) { return row(type).name; }

std::optional<DType> dtype_from_name(std::string_view name) {
  for (size_t code = 0; code < kRows.size(); ++code) {
    if (kRows[code].name == name) return static_cast<DType>(code);
  }
  return std::nullopt;
}

std::optional<DType> dtype_from_code(int code) {
  if (code < 0 || code >= static_cast<int>(kRows.size())) return std::nullopt;
  return static_cast<DType>(code);
}

int dtype_bits(DType type) { return row(type).bits; }

bool is_float(DType type) { return row(type).kind == Class::kFloat; }

bool is_integer(DType type) { return row(type).kind == Class::kSigned || row(type).kind == Class::kUnsigned; }

bool is_quantized_activation(DType type) {
  return type == DType::kInt8 || type == DType::kUint8 || type == DType::kInt16;
}

int32_t dtype_min(DType type) {
  const Row& info = row(type);
  ATOLL_CHECK(is_integer(type) && info.bits <= 32, "{} has no int32 minimum", info.name);
  return info.kind == Class::kUnsigned ? 0 : static_cast<int32_t>(-(int64_t{1} << (info.bits - 1)));
}

int32_t dtype_max(DType type) {
  const Row& info = row(type);
  ATOLL_CHECK(is_integer(type) && info.bits <= 32 && type != DType::kUint32, "{} has no int32 maximum", info.name);
  const int value_bits = info.kind == Class::kUnsigned ? info.bits : info.bits - 1;
  return static_cast<int32_t>((int64_t{1} << value_bits) - 1);
}

}  // namespace atl::graph

#include "common/graph/ops.h"

#include <array>

#include "common/base/check.h"
#include "common/graph/builtin_names.h"

namespace atl::graph {
namespace {

constexpr OpInfo kTable[] = {
    {OpKind::kUnknown, "UNKNOWN", -1, QuantRule::kEdge, Engine::kHost, "an operator without a row"},
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  {OpKind::k##Name, #BUILTIN, code, QuantRule::k##rule, Engine::k##engine, doc},
#include "common/graph/ops.def"
#undef ATOLL_OP
};

}  // namespace

const OpInfo& op_info(OpKind kind) {
  const auto index = static_cast<size_t>(kind);
  ATOLL_CHECK(index < std::size(kTable), "operator kind {}", index);
  return kTable[index];
}

OpKind op_kind_of(int32_t builtin_code, std::string_view custom_code) {
  if (builtin_code < 0) return OpKind::kUnknown;
  for (const OpInfo& info : kTable) {
    if (info.builtin_code == builtin_code && (builtin_code != kCustomBuiltinCode || info.name == custom_code)) {
      return info.kind;
    }
  }
  return OpKind::kUnknown;
}

std::optional<OpKind> op_kind_from_name(std::string_view name) {
  for (const OpInfo& info : kTable) {
    if (info.name == name && info.kind != OpKind::kUnknown) return info.kind;
  }
  return std::nullopt;
}

Attributes default_attributes(OpKind kind) {
  switch (kind) {
    case OpKind::kUnknown: return NoAttrs{};
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) \
  case OpKind::k##Name:                                                       \
    return Attrs{};
#include "common/graph/ops.def"
#undef ATOLL_OP
  }
  return NoAttrs{};
}

std::string_view activation_name(Activation activation) {
  constexpr std::array<std::string_view, 6> kNames = {"none", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"};
  const auto index = static_cast<size_t>(activation);
  ATOLL_CHECK(index < kNames.size(), "activation {}", index);
  return kNames[index];
}

}  // namespace atl::graph

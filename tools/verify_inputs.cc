#include "tools/verify_inputs.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "common/kernels/random_inputs.h"
#include "tools/console.h"

namespace atl::tools {
namespace {

enum class Extreme { kMinimum, kMaximum, kAlternating };

// The smallest or largest value of a type as bytes; empty for types that random_tensor refuses.
Bytes extreme_element(graph::DType type, bool maximum) {
  using graph::DType;
  const auto bytes_of = [](auto value) {
    Bytes bytes(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
  };
  switch (type) {
    case DType::kFloat32: return bytes_of(maximum ? 1.0f : -1.0f);
    case DType::kFloat64: return bytes_of(maximum ? 1.0 : -1.0);
    case DType::kFloat16: return bytes_of(static_cast<uint16_t>(maximum ? 0x3C00 : 0xBC00));
    case DType::kBool: return bytes_of(static_cast<uint8_t>(maximum));
    case DType::kInt64: return bytes_of(maximum ? INT64_MAX : INT64_MIN);
    case DType::kUint64: return bytes_of(maximum ? UINT64_MAX : uint64_t{0});
    case DType::kUint32: return bytes_of(maximum ? UINT32_MAX : uint32_t{0});
    default: break;
  }
  if (!graph::is_integer(type)) return {};
  const auto value = static_cast<uint32_t>(maximum ? graph::dtype_max(type) : graph::dtype_min(type));
  Bytes bytes = bytes_of(value);  // the low bytes, little-endian
  bytes.resize(static_cast<size_t>(std::max(graph::dtype_bits(type) / 8, 1)));
  return bytes;
}

Result<Bytes> extreme_tensor(const graph::Tensor& tensor, Extreme extreme) {
  const auto size = static_cast<size_t>(graph::num_bytes(tensor.shape, tensor.type));
  const Bytes low = extreme_element(tensor.type, false), high = extreme_element(tensor.type, true);
  if (low.empty()) {
    return make_error(ErrorCode::kUnsupported, "pattern extremes: no extremes are defined for {}",
                      graph::dtype_name(tensor.type));
  }
  Bytes bytes;
  bytes.reserve(size + low.size());
  for (size_t i = 0; bytes.size() < size; ++i) {
    const bool maximum = extreme == Extreme::kMaximum || (extreme == Extreme::kAlternating && i % 2 == 1);
    const Bytes& element = maximum ? high : low;
    bytes.insert(bytes.end(), element.begin(), element.end());
  }
  return bytes;
}

Status add_extremes(const graph::Subgraph& subgraph, std::vector<CheckedInvocation>& checked) {
  constexpr std::pair<Extreme, const char*> kExtremes[] = {{Extreme::kMinimum, "pattern all minimum"},
                                                           {Extreme::kMaximum, "pattern all maximum"},
                                                           {Extreme::kAlternating, "pattern alternating"}};
  for (const auto& [extreme, label] : kExtremes) {
    CheckedInvocation one{label, {}};
    for (const int32_t index : subgraph.inputs) {
      ATOLL_ASSIGN(Bytes bytes, extreme_tensor(subgraph.tensors[static_cast<size_t>(index)], extreme));
      one.inputs.push_back(std::move(bytes));
    }
    checked.push_back(std::move(one));
  }
  return {};
}

Status add_uniform(const graph::Subgraph& subgraph, const InputFlags& flags, std::vector<CheckedInvocation>& checked) {
  if (!flags.seed_given) {
    note(fmt::format("no --input: inputs are drawn from seed {} on, over the full range of their types", flags.seed));
  }
  for (int64_t i = 0; i < flags.count; ++i) {
    const uint64_t seed = flags.seed + static_cast<uint64_t>(i);
    ATOLL_ASSIGN(std::vector<Bytes> inputs, kernels::random_inputs(subgraph, seed));
    checked.push_back({fmt::format("seed {}", seed), std::move(inputs)});
  }
  return {};
}

}  // namespace

Result<std::vector<CheckedInvocation>> checked_invocations(const graph::Subgraph& subgraph, const InputFlags& flags,
                                                           const std::vector<std::string>& patterns) {
  std::vector<CheckedInvocation> checked;
  if (flags.path.empty()) {
    for (const std::string& pattern : patterns) {
      ATOLL_TRY(pattern == "extremes" ? add_extremes(subgraph, checked) : add_uniform(subgraph, flags, checked));
    }
    return checked;
  }
  ATOLL_ASSIGN(const Invocations invocations, Invocations::create(subgraph, flags));
  for (int64_t i = 0; i < invocations.count(); ++i) {
    ATOLL_ASSIGN(std::vector<Bytes> inputs, invocations.inputs(i));
    checked.push_back({fmt::format("invocation {}", i), std::move(inputs)});
  }
  return checked;
}

}  // namespace atl::tools

#include "tools/verify_inputs.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

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

using Maker = std::function<Result<CheckedInvocation>()>;

Result<CheckedInvocation> make_extreme(const graph::Subgraph& subgraph, Extreme extreme, const char* label) {
  CheckedInvocation one{label, {}};
  for (const int32_t index : subgraph.inputs) {
    ATOLL_ASSIGN(Bytes bytes, extreme_tensor(subgraph.tensors[static_cast<size_t>(index)], extreme));
    one.inputs.push_back(std::move(bytes));
  }
  return one;
}

Result<CheckedInvocation> make_uniform(const graph::Subgraph& subgraph, uint64_t seed) {
  ATOLL_ASSIGN(std::vector<Bytes> inputs, kernels::random_inputs(subgraph, seed));
  return CheckedInvocation{fmt::format("seed {}", seed), std::move(inputs)};
}

void add_extremes(const graph::Subgraph& subgraph, std::vector<Maker>& makers) {
  constexpr std::pair<Extreme, const char*> kExtremes[] = {{Extreme::kMinimum, "pattern all minimum"},
                                                           {Extreme::kMaximum, "pattern all maximum"},
                                                           {Extreme::kAlternating, "pattern alternating"}};
  for (const auto& [extreme, label] : kExtremes) {
    makers.push_back([&subgraph, extreme = extreme, label = label] { return make_extreme(subgraph, extreme, label); });
  }
}

void add_uniform(const graph::Subgraph& subgraph, const InputFlags& flags, std::vector<Maker>& makers) {
  if (!flags.seed_given) {
    note(fmt::format("no --input: inputs are drawn from seed {} on, over the full range of their types", flags.seed));
  }
  for (int64_t i = 0; i < flags.count; ++i) {
    makers.push_back(
        [&subgraph, seed = flags.seed + static_cast<uint64_t>(i)] { return make_uniform(subgraph, seed); });
  }
}

Status add_file(const graph::Subgraph& subgraph, const InputFlags& flags, std::vector<Maker>& makers) {
  ATOLL_ASSIGN(Invocations opened, Invocations::create(subgraph, flags));
  const auto invocations = std::make_shared<const Invocations>(std::move(opened));
  for (int64_t i = 0; i < invocations->count(); ++i) {
    makers.push_back([invocations, i]() -> Result<CheckedInvocation> {
      ATOLL_ASSIGN(std::vector<Bytes> inputs, invocations->inputs(i));
      return CheckedInvocation{fmt::format("invocation {}", i), std::move(inputs)};
    });
  }
  return {};
}

}  // namespace

CheckedInvocations CheckedInvocations::of(std::vector<CheckedInvocation> invocations) {
  CheckedInvocations checked;
  for (CheckedInvocation& one : invocations) {
    checked.makers_.push_back([one = std::move(one)]() -> Result<CheckedInvocation> { return one; });
  }
  return checked;
}

Result<CheckedInvocations> CheckedInvocations::create(const graph::Subgraph& subgraph, const InputFlags& flags,
                                                      const std::vector<std::string>& patterns) {
  CheckedInvocations checked;
  if (!flags.path.empty()) {
    ATOLL_TRY(add_file(subgraph, flags, checked.makers_));
    return checked;
  }
  for (const std::string& pattern : patterns) {
    if (pattern == "extremes") {
      add_extremes(subgraph, checked.makers_);
    } else if (pattern == "uniform") {
      add_uniform(subgraph, flags, checked.makers_);
    }
  }
  return checked;
}

}  // namespace atl::tools

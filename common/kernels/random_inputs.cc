#include "common/kernels/random_inputs.h"

#include <cstring>

#include "common/numerics/half.h"

namespace atl::kernels {
namespace {

void fill_bytes(SplitMix64& draw, Bytes& bytes) {
  for (size_t at = 0; at < bytes.size(); at += 8) {
    const uint64_t bits = draw();
    for (size_t i = at; i < std::min(bytes.size(), at + 8); ++i)
      bytes[i] = static_cast<uint8_t>(bits >> (8 * (i - at)));
  }
}

// Element i is make(draw).
template <typename T, typename Make>
void fill_elements(SplitMix64& draw, Bytes& bytes, const Make& make) {
  for (size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    const T value = make(draw());
    std::memcpy(&bytes[at], &value, sizeof value);
  }
}

}  // namespace

Result<Bytes> random_tensor(const graph::Tensor& tensor, uint64_t seed, size_t position, int64_t invocation) {
  using graph::DType;
  SplitMix64 draw(
      SplitMix64::mix(SplitMix64::mix(SplitMix64::mix(seed) + position) + static_cast<uint64_t>(invocation)));
  Bytes bytes(static_cast<size_t>(graph::num_bytes(tensor.shape, tensor.type)));
  switch (tensor.type) {
    case DType::kFloat32:
      fill_elements<float>(draw, bytes, [](uint64_t bits) { return static_cast<float>(bits >> 40) * 0x1p-23f - 1; });
      return bytes;
    case DType::kFloat64:
      fill_elements<double>(draw, bytes, [](uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-52 - 1; });
      return bytes;
    case DType::kFloat16:
      fill_elements<uint16_t>(draw, bytes, [](uint64_t bits) {
        return numerics::float_to_half(static_cast<float>(bits >> 53) * 0x1p-10f - 1);
      });
      return bytes;
    case DType::kString:
    case DType::kResource:
    case DType::kVariant:
    case DType::kComplex64:
    case DType::kComplex128:
    case DType::kBfloat16:
      return make_error(ErrorCode::kUnsupported, "inputs of type {} can't be drawn from a seed; give them as a file",
                        graph::dtype_name(tensor.type));
    default: fill_bytes(draw, bytes); break;
  }
  if (tensor.type == DType::kBool) {
    for (uint8_t& byte : bytes) byte &= 1;
  }
  return bytes;
}

Result<std::vector<Bytes>> random_inputs(const graph::Subgraph& subgraph, uint64_t seed, int64_t invocation) {
  std::vector<Bytes> inputs;
  for (size_t position = 0; position < subgraph.inputs.size(); ++position) {
    const auto tensor = static_cast<size_t>(subgraph.inputs[position]);
    Result<Bytes> bytes = random_tensor(subgraph.tensors[tensor], seed, position, invocation);
    if (!bytes.ok()) return std::move(bytes).error().with_place(graph::tensor_label(subgraph, tensor));
    inputs.push_back(std::move(bytes).value());
  }
  return inputs;
}

}  // namespace atl::kernels

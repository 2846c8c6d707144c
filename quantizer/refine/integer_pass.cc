#include "quantizer/refine/integer_pass.h"

#include <algorithm>
#include <cstring>

#include "common/base/check.h"
#include "common/graph/cut_op.h"
#include "common/kernels/interpreter.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/rewrite/quantize_values.h"

namespace atl::quantizer {
namespace {

constexpr int64_t kBudgetBytes = int64_t{256} << 20;
constexpr size_t kLeastSamples = 4;

template <typename T>
std::vector<float> scaled(std::span<const uint8_t> bytes, const graph::Quantization& quant) {
  std::vector<float> values(bytes.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T q;
    std::memcpy(&q, &bytes[i * sizeof(T)], sizeof q);
    values[i] = static_cast<float>(double{quant.scale[0]} *
                                   (static_cast<double>(q) - static_cast<double>(quant.zero_point[0])));
  }
  return values;
}

// By tensor: the last operator that reads it; outputs of the model are never read, for here.
std::vector<size_t> last_reads(const graph::Subgraph& subgraph) {
  std::vector<size_t> last(subgraph.tensors.size(), 0);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    for (const int32_t input : subgraph.ops[i].inputs) {
      if (input != graph::kNoTensor) last[static_cast<size_t>(input)] = i;
    }
  }
  return last;
}

Status run_op(const graph::Subgraph& subgraph, size_t index, size_t samples, Values& values) {
  // Its operands in the order in which the cut model has them as inputs.
  std::vector<int32_t> inputs;
  for (const int32_t input : subgraph.ops[index].inputs) {
    if (input == graph::kNoTensor || std::find(inputs.begin(), inputs.end(), input) != inputs.end()) continue;
    const graph::Tensor& tensor = tensor_at(subgraph, input);
    if (!tensor.is_constant() && !tensor.is_variable) inputs.push_back(input);
  }
  const graph::Model cut = graph::cut_op(subgraph, index);
  ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(cut));
  ATOLL_CHECK(interpreter.num_inputs() == inputs.size(), "{} has other inputs alone", op_label(subgraph, index));
  const std::vector<int32_t>& outputs = subgraph.ops[index].outputs;
  for (const int32_t output : outputs) values[static_cast<size_t>(output)].resize(samples);
  for (size_t s = 0; s < samples; ++s) {
    for (size_t i = 0; i < inputs.size(); ++i) interpreter.set_input(i, values[static_cast<size_t>(inputs[i])][s]);
    ATOLL_TRY(interpreter.invoke());
    for (size_t k = 0; k < outputs.size(); ++k) {
      const auto bytes = interpreter.output(k).bytes;
      values[static_cast<size_t>(outputs[k])][s].assign(bytes.begin(), bytes.end());
    }
  }
  return {};
}

}  // namespace

std::vector<float> real_values_of(std::span<const uint8_t> bytes, const graph::Tensor& tensor) {
  switch (tensor.type) {
    case graph::DType::kInt8: return scaled<int8_t>(bytes, tensor.quant);
    case graph::DType::kInt16: return scaled<int16_t>(bytes, tensor.quant);
    default: break;
  }
  ATOLL_CHECK(tensor.type == graph::DType::kFloat32, "real numbers of {}", dtype_name(tensor.type));
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

size_t samples_held(const graph::Subgraph& subgraph, size_t samples) {
  const std::vector<size_t> last = last_reads(subgraph);
  const auto bytes = [&](int32_t index) {
    const graph::Tensor& tensor = tensor_at(subgraph, index);
    return tensor.is_constant() ? 0 : graph::num_bytes(tensor.shape, tensor.type);
  };
  int64_t alive = 0, most = 1;
  for (const int32_t input : subgraph.inputs) alive += bytes(input);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    for (const int32_t output : subgraph.ops[i].outputs) alive += bytes(output);
    most = std::max(most, alive);
    for (size_t t = 0; t < last.size(); ++t) {
      if (last[t] == i && i > 0) alive -= bytes(static_cast<int32_t>(t));
    }
  }
  const auto fit = static_cast<size_t>(kBudgetBytes / most);
  return std::min(samples, std::max(fit, kLeastSamples));
}

Status run_by_operator(graph::Model& model, const std::vector<std::vector<Bytes>>& samples, const BeforeOp& before) {
  graph::Subgraph& subgraph = model.main();
  Values values(subgraph.tensors.size());
  for (size_t i = 0; i < subgraph.inputs.size(); ++i) {
    const graph::Tensor& input = tensor_at(subgraph, subgraph.inputs[i]);
    const bool quantized = input.quant.present() && input.type != graph::DType::kFloat32;
    for (const std::vector<Bytes>& sample : samples) {
      values[static_cast<size_t>(subgraph.inputs[i])].push_back(quantized ? quantize_sample(sample[i], input)
                                                                          : sample[i]);
    }
  }
  const std::vector<size_t> last = last_reads(subgraph);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    ATOLL_TRY(before(i, values));
    values.resize(subgraph.tensors.size());
    ATOLL_TRY(run_op(subgraph, i, samples.size(), values));
    for (size_t t = 0; t < last.size(); ++t) {
      if (last[t] <= i) values[t] = {};
    }
  }
  return {};
}

}  // namespace atl::quantizer

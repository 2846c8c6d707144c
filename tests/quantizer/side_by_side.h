// A float model and its quantized form, run on the same samples.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <vector>

#include "quantizer/rewrite/quantize_values.h"
#include "tests/quantizer/sample_graphs.h"

namespace atl::quantizer::test {

// The values of a tensor of one scale, or of none, as real numbers.
inline std::vector<double> real_values(const graph::Tensor& tensor, std::span<const uint8_t> bytes) {
  const auto as = [&]<typename T>(T) {
    std::vector<double> result;
    for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
      T value;
      std::memcpy(&value, &bytes[i], sizeof value);
      const double q = static_cast<double>(value);
      const bool scaled = tensor.quant.present();
      result.push_back(scaled ? double{tensor.quant.scale[0]} * (q - static_cast<double>(tensor.quant.zero_point[0]))
                              : q);
    }
    return result;
  };
  switch (tensor.type) {
    case DType::kFloat32: return as(float{});
    case DType::kInt8: return as(int8_t{});
    case DType::kInt16: return as(int16_t{});
    case DType::kInt32: return as(int32_t{});
    default: return as(uint8_t{});
  }
}

// Output `output` of a model of one input for one float32 sample.
inline std::vector<double> outputs_for(const graph::Model& model, const std::vector<float>& sample, size_t output = 0) {
  auto interpreter = kernels::Interpreter::create(model);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  const graph::Subgraph& main = model.main();
  const graph::Tensor& input = main.tensors[static_cast<size_t>(main.inputs[0])];
  Bytes bytes(sample.size() * sizeof(float));
  std::memcpy(bytes.data(), sample.data(), bytes.size());
  interpreter->set_input(0, input.type == DType::kFloat32 ? bytes : quantize_sample(bytes, input));
  const Status status = interpreter->invoke();
  if (!status.ok()) FAIL(status.error().text());
  const graph::Tensor& result = main.tensors[static_cast<size_t>(main.outputs[output])];
  return real_values(result, interpreter->output(output).bytes);
}

// The largest difference between the two outputs on values that run through [low, high].
inline double largest_difference(const graph::Model& a, const graph::Model& b, float low, float high,
                                 size_t output = 0) {
  const graph::Tensor& input = a.main().tensors[static_cast<size_t>(a.main().inputs[0])];
  const std::vector<float> sample = spread(static_cast<size_t>(graph::num_elements(input.shape)), low, high);
  const std::vector<double> first = outputs_for(a, sample, output), second = outputs_for(b, sample, output);
  REQUIRE(first.size() == second.size());
  double largest = 0;
  for (size_t i = 0; i < first.size(); ++i) largest = std::max(largest, std::fabs(first[i] - second[i]));
  return largest;
}

}  // namespace atl::quantizer::test

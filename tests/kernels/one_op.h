// Models made by hand, run by the interpreter; pseudo-random operands.
#pragma once

#include <catch2/catch.hpp>
#include <cstring>
#include <vector>

#include "common/graph/builder.h"
#include "common/graph/verifier.h"
#include "common/kernels/interpreter.h"
#include "common/kernels/random_inputs.h"

namespace atl::kernels::test {

template <typename T>
std::vector<T> values_of(std::span<const uint8_t> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <typename T>
Bytes bytes_of(const std::vector<T>& values) {
  Bytes bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class Draw {
 public:
  explicit Draw(uint64_t seed) : generator_(seed) {}
  int range(int low, int high) { return low + static_cast<int>(generator_() % static_cast<uint64_t>(high - low + 1)); }
  float unit() { return static_cast<float>(generator_() >> 40) * 0x1p-24f; }
  template <typename T>
  std::vector<T> integers(int64_t count) {
    std::vector<T> values(static_cast<size_t>(count));
    for (T& value : values) value = static_cast<T>(generator_());
    return values;
  }
  std::vector<float> floats(int64_t count) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = 2 * unit() - 1;
    return values;
  }
  std::vector<float> scales(int64_t count, float low, float high) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = low + (high - low) * unit();
    return values;
  }

 private:
  SplitMix64 generator_;
};

// Verifies and runs a model; the bytes of its outputs.
inline std::vector<Bytes> run_model(const graph::Model& model, const std::vector<Bytes>& inputs,
                                    const InterpreterOptions& options = {}) {
  const Status verified = graph::verify(model);
  if (!verified.ok()) FAIL(verified.error().text());
  auto interpreter = Interpreter::create(model, options);
  if (!interpreter.ok()) FAIL(interpreter.error().text());
  for (size_t i = 0; i < inputs.size(); ++i) interpreter->set_input(i, inputs[i]);
  const Status status = interpreter->invoke();
  if (!status.ok()) FAIL(status.error().text());
  std::vector<Bytes> outputs;
  for (size_t i = 0; i < interpreter->num_outputs(); ++i) {
    const auto bytes = interpreter->output(i).bytes;
    outputs.emplace_back(bytes.begin(), bytes.end());
  }
  return outputs;
}

// The error that creating an interpreter, or else running it on zeros, ends in.
inline std::string error_of(const graph::Model& model, const InterpreterOptions& options = {}) {
  auto interpreter = Interpreter::create(model, options);
  if (!interpreter.ok()) return interpreter.error().text();
  const Status status = interpreter->invoke();
  return status.ok() ? "no error" : status.error().text();
}

template <typename T>
constexpr graph::DType type_of() {
  return graph::dtype_of<T>();
}

}  // namespace atl::kernels::test

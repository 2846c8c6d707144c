// What a reference operator is: prepared once for an operator of a model, then run on bytes any number of times.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "common/base/check.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::kernels {

// A tensor's elements, C order, in the machine's byte order. Absent: an optional input that is left out.
struct ConstView {
  graph::DType type = graph::DType::kFloat32;
  std::span<const int32_t> shape;
  std::span<const uint8_t> bytes;
  bool present = false;

  template <typename T>
  std::span<const T> as() const {
    ATOLL_CHECK(present && bytes.size() % sizeof(T) == 0);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

struct MutView {
  graph::DType type = graph::DType::kFloat32;
  std::span<const int32_t> shape;
  std::span<uint8_t> bytes;

  template <typename T>
  std::span<T> as() const {
    ATOLL_CHECK(bytes.size() % sizeof(T) == 0);
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
};

// Optional input `i` of a run as elements: empty when it is left out.
template <typename T>
std::span<const T> optional_input(std::span<const ConstView> inputs, size_t i) {
  return i < inputs.size() && inputs[i].present ? inputs[i].as<T>() : std::span<const T>();
}

// How FULLY_CONNECTED brings its accumulators to the output's scale. kDouble is the reference runtime's way since
// LiteRT 1.4 (common/numerics/wide.h); kFixed is that of earlier ones and of TensorFlow Lite Micro (multiplier.h).
enum class FcRequant { kDouble, kFixed };

// How float32 sums of products run over their depth. kInOrder is the reference's way, one addition after another.
// kBlocks adds up stretches of 256 products first and then their sums, so that rounding errors grow with the length of
// a stretch and the number of stretches instead of the whole depth (Higham, Accuracy and Stability of Numerical
// Algorithms, section 4.2): for observing ranges, where the value counts and not the reference's bits.
enum class FloatSums { kInOrder, kBlocks };

struct KernelOptions {
  FcRequant fc_requant = FcRequant::kDouble;
  FloatSums float_sums = FloatSums::kInOrder;  // of CONV_2D, FULLY_CONNECTED, TRANSPOSE_CONV, BATCH_MATMUL in float32
};

// Values of float32 that exist only inside an operator while it runs, of the gates and cells of an LSTM for instance.
// `place` says which: a value of the operator's own enumeration (recurrent/inner_values.h).
using SeeInnerValues = std::function<void(size_t place, std::span<const float> values)>;

class Kernel {
 public:
  virtual ~Kernel() = default;

  // `see` is called from now on whenever such values are computed. Kernels that have none don't care.
  virtual void watch(SeeInnerValues see) { static_cast<void>(see); }

  // Computes the outputs from the inputs; as many of each as the operator has, with the types and shapes it was
  // prepared for, aligned to their element. Constant inputs hold the bytes they held at prepare. Outputs and inputs do
  // not overlap. May use scratch memory of its own: not for two threads at once. kInvalid where values that are only
  // known now break a rule (a padding that is not constant, say).
  virtual Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) = 0;
};

}  // namespace atl::kernels

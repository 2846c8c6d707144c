// CAST between numbers: integers wrap; floats go to integers towards zero, to the nearest one that fits beyond their
// range, and NaN to the largest; anything but 0 is true; complex numbers lose their imaginary part. float16 and
// bfloat16 go through float32, rounded to nearest. int4, two an element's byte, goes to and from float32 alone, as in
// the reference.
#include <bit>
#include <cmath>

#include "common/kernels/interface/elementwise.h"
#include "common/kernels/plain/kernels.h"
#include "common/kernels/plain/types.h"
#include "common/numerics/half.h"

namespace atl::kernels::plain {
namespace {

// Elements that are not C++ numbers of their own.
struct Bool {
  uint8_t byte;
};
struct Half {
  uint16_t bits;
};
struct Bfloat {
  uint16_t bits;
};
struct Complex {
  float real, imaginary;
};

template <typename T>
T value_of(T x) {
  return x;
}
uint8_t value_of(Bool x) { return x.byte != 0; }
float value_of(Half x) { return numerics::half_to_float(x.bits); }
float value_of(Bfloat x) { return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16); }
float value_of(Complex x) { return x.real; }

template <typename To, typename From>
To saturated(From x) {
  if (std::isnan(x)) return std::numeric_limits<To>::max();
  // One beyond the largest is a power of two, which every float type holds.
  const From beyond = std::ldexp(From{1}, std::numeric_limits<To>::digits);
  if (x >= beyond) return std::numeric_limits<To>::max();
  if (x < static_cast<From>(std::numeric_limits<To>::min())) return std::numeric_limits<To>::min();
  return static_cast<To>(x);
}

// Ties to even.
Bfloat to_bfloat(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  if (std::isnan(x)) return {static_cast<uint16_t>(x < 0 || std::signbit(x) ? 0xFFC0 : 0x7FC0)};
  return {static_cast<uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16)};
}

template <typename To, typename From>
To convert(From x) {
  if constexpr (std::is_same_v<To, Bool>) {
    return {static_cast<uint8_t>(x != 0)};
  } else if constexpr (std::is_same_v<To, Half>) {
    return {numerics::float_to_half(static_cast<float>(x))};
  } else if constexpr (std::is_same_v<To, Bfloat>) {
    return to_bfloat(static_cast<float>(x));
  } else if constexpr (std::is_same_v<To, Complex>) {
    return {static_cast<float>(x), 0};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return saturated<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

template <typename Body>
PreparedKernel with_element(graph::DType type, const Body& body) {
  switch (type) {
    case graph::DType::kFloat32: return body(TypeTag<float>());
    case graph::DType::kFloat64: return body(TypeTag<double>());
    case graph::DType::kFloat16: return body(TypeTag<Half>());
    case graph::DType::kBfloat16: return body(TypeTag<Bfloat>());
    case graph::DType::kComplex64: return body(TypeTag<Complex>());
    case graph::DType::kBool: return body(TypeTag<Bool>());
    default: break;
  }
  const bool whole = graph::is_integer(type) && graph::dtype_bits(type) >= 8;
  return whole ? with_integer(type, body) : nullptr;
}

class Int4ToFloat final : public Kernel {
 public:
  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<float> output = outputs[0].as<float>();
    for (size_t i = 0; i < output.size(); ++i) {
      const int nibble = (inputs[0].bytes[i / 2] >> (4 * (i % 2))) & 0xF;
      output[i] = static_cast<float>(nibble < 8 ? nibble : nibble - 16);
    }
    return {};
  }
};

class FloatToInt4 final : public Kernel {
 public:
  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::span<const float> input = inputs[0].as<float>();
    const std::span<uint8_t> output = outputs[0].bytes;
    std::fill(output.begin(), output.end(), uint8_t{0});
    for (size_t i = 0; i < input.size(); ++i) {
      const float bounded = std::isnan(input[i]) ? 7.0f : std::fmax(-8.0f, std::fmin(7.0f, input[i]));
      output[i / 2] = static_cast<uint8_t>(output[i / 2] | (static_cast<int>(bounded) & 0xF) << (4 * (i % 2)));
    }
    return {};
  }
};

}  // namespace

Result<PreparedKernel> prepare_cast(const OpContext& context) {
  const graph::DType from = context.input(0).type, to = context.output(0).type;
  if (from == graph::DType::kInt4 && to == graph::DType::kFloat32) {
    return PreparedKernel(std::make_unique<Int4ToFloat>());
  }
  if (from == graph::DType::kFloat32 && to == graph::DType::kInt4) {
    return PreparedKernel(std::make_unique<FloatToInt4>());
  }
  PreparedKernel kernel = with_element(from, [to]<typename In>(In) {
    return with_element(to, []<typename Out>(Out) -> PreparedKernel {
      using A = typename In::Type;
      using B = typename Out::Type;
      return make_unary<A, B>([](A x) {
        if constexpr (std::is_same_v<A, B>) {
          return x;
        } else {
          return convert<B>(value_of(x));
        }
      });
    });
  });
  if (kernel) return kernel;
  return context.error(ErrorCode::kUnsupported, "a cast from {} to {} is not supported", graph::dtype_name(from),
                       graph::dtype_name(to));
}

}  // namespace atl::kernels::plain

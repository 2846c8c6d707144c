// Element types of tensors. Values are those of TensorType in the TensorFlow Lite schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace atl::graph {

enum class DType : int8_t {
  kFloat32 = 0,
  kFloat16 = 1,
  kInt32 = 2,
  kUint8 = 3,
  kInt64 = 4,
  kString = 5,
  kBool = 6,
  kInt16 = 7,
  kComplex64 = 8,
  kInt8 = 9,
  kFloat64 = 10,
  kComplex128 = 11,
  kUint64 = 12,
  kResource = 13,
  kVariant = 14,
  kUint32 = 15,
  kUint16 = 16,
  kInt4 = 17,
  kBfloat16 = 18,
  kInt2 = 19,
  kUint4 = 20,
  kFloat8E4M3Fn = 21,
  kFloat8E5M2 = 22,
};

// "int8", "float32", ...
std::string_view dtype_name(DType type);
std::optional<DType> dtype_from_name(std::string_view name);

// The type of a TensorType value; nothing when the schema has no such type.
std::optional<DType> dtype_from_code(int code);

// Bits of one element: 4 for int4, 8 for int8 and bool, ...; 0 for types without a fixed size (string, resource,
// variant).
int dtype_bits(DType type);

// float32, float16, bfloat16, float64 and the 8-bit floats.
bool is_float(DType type);
// Every signed or unsigned integer type, bool not included.
bool is_integer(DType type);
// int8, uint8, int16: the types of quantized activations.
bool is_quantized_activation(DType type);
// Smallest and largest value of an integer type of up to 32 bits.
int32_t dtype_min(DType type);
int32_t dtype_max(DType type);

}  // namespace atl::graph

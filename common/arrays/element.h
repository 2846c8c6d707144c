// The element types of arrays, one row each: the name and size in messages and the code in a .npy header.
#pragma once

#include <array>
#include <string_view>

#include "common/arrays/array.h"

namespace atl::arrays {

struct ElementRow {
  ElementType type;
  std::string_view name;
  size_t bytes;
  std::string_view descr;  // as NumPy writes it: byte order, kind, size
};

inline constexpr std::array kElementRows = {
    ElementRow{ElementType::kFloat16, "float16", 2, "<f2"}, ElementRow{ElementType::kFloat32, "float32", 4, "<f4"},
    ElementRow{ElementType::kFloat64, "float64", 8, "<f8"}, ElementRow{ElementType::kInt8, "int8", 1, "|i1"},
    ElementRow{ElementType::kUint8, "uint8", 1, "|u1"},     ElementRow{ElementType::kInt16, "int16", 2, "<i2"},
    ElementRow{ElementType::kUint16, "uint16", 2, "<u2"},   ElementRow{ElementType::kInt32, "int32", 4, "<i4"},
    ElementRow{ElementType::kUint32, "uint32", 4, "<u4"},   ElementRow{ElementType::kInt64, "int64", 8, "<i8"},
    ElementRow{ElementType::kUint64, "uint64", 8, "<u8"},   ElementRow{ElementType::kBool, "bool", 1, "|b1"},
};

const ElementRow& element_row(ElementType type);

}  // namespace atl::arrays

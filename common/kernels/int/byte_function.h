// Functions of one 8-bit value, computed once for each of its 256 values.
#pragma once

#include "common/kernels/interface/elementwise.h"
#include "common/numerics/table.h"

namespace atl::kernels::integer {

inline PreparedKernel make_table_kernel(const numerics::Table256& table) {
  return make_unary<uint8_t, uint8_t>([table](uint8_t bits) { return table[bits]; });
}

// function(T as int32_t) gives the output's value, within T. T is 8 bits wide.
template <typename T, typename Function>
PreparedKernel make_byte_function(const Function& function) {
  numerics::Table256 table{};
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<uint8_t>(function(static_cast<int32_t>(static_cast<T>(i))));
  }
  return make_table_kernel(table);
}

// The same on int8, uint8 or int16 as the type asks; the last element by element.
template <typename Function>
PreparedKernel make_integer_function(graph::DType type, Function function) {
  if (type == graph::DType::kInt8) return make_byte_function<int8_t>(function);
  if (type == graph::DType::kUint8) return make_byte_function<uint8_t>(function);
  ATOLL_CHECK(type == graph::DType::kInt16, "{}", graph::dtype_name(type));
  return make_unary<int16_t, int16_t>([function](int16_t q) { return static_cast<int16_t>(function(int32_t{q})); });
}

}  // namespace atl::kernels::integer

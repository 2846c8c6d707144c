// The fields of an instruction one by one, for code that treats all instructions alike: encoding, assembler,
// disassembler, manual, tests.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "isa/instruction.h"

namespace atl::isa {

// A field as isa.def states it. Every field's value fits an int64.
struct Field {
  std::string_view name;
  std::string_view doc;
  int bits = 0;
  bool is_signed = false;

  int64_t minimum() const { return is_signed ? -(int64_t{1} << (bits - 1)) : 0; }
  int64_t maximum() const { return (int64_t{1} << (is_signed ? bits - 1 : bits)) - 1; }
};

// handle(const Field&, Op::* member) for every field of Op, in encoding order.
template <typename Op, typename Handler>
void for_each_field(Handler&& handle) {
  Op::for_each_field([&]<typename T>(std::string_view name, T Op::*member, int bits, std::string_view doc) {
    handle(Field{name, doc, bits, std::is_signed_v<T>}, member);
  });
}

// handle(const Field&, int64_t value) for every field of the operation, in encoding order. Aborts for the monostate.
template <typename Handler>
void for_each_value(const Operation& operation, Handler&& handle) {
  std::visit(
      [&]<typename Op>(const Op& op) {
        if constexpr (std::is_same_v<Op, std::monostate>) {
          ATOLL_CHECK(false, "an operation without an instruction");
        } else {
          for_each_field<Op>([&](const Field& field, auto member) { handle(field, static_cast<int64_t>(op.*member)); });
        }
      },
      operation);
}

// Sets every field to what make(const Field&) returns, in encoding order; values must be within the fields' ranges.
template <typename Maker>
void set_values(Operation& operation, Maker&& make) {
  std::visit(
      [&]<typename Op>(Op& op) {
        if constexpr (std::is_same_v<Op, std::monostate>) {
          ATOLL_CHECK(false, "an operation without an instruction");
        } else {
          for_each_field<Op>([&]<typename T>(const Field& field, T Op::*member) {
            const int64_t value = make(field);
            ATOLL_CHECK(value >= field.minimum() && value <= field.maximum(), "{} = {}", field.name, value);
            op.*member = static_cast<T>(value);
          });
        }
      },
      operation);
}

// An operation with all fields 0, by opcode or by mnemonic; none if there is no such instruction.
std::optional<Operation> operation_with_opcode(uint8_t opcode);
std::optional<Operation> operation_named(std::string_view mnemonic);
// One operation of every row of isa.def, in its order.
const std::vector<Operation>& all_operations();

}  // namespace atl::isa

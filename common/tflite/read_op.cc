#include "common/tflite/read_op.h"

#include <algorithm>
#include <type_traits>

#include "common/tflite/option_alignment.h"
#include "common/tflite/options.h"

namespace atl::tflite {
namespace {

// Option tables hold scalars and a handful of vectors; what one unpacked to is measured by packing it again.
template <typename Union>
bool pay_for(const Union& options, Budget& budget) {
  flatbuffers::FlatBufferBuilder scratch(256);
  options.Pack(scratch);
  return budget.spend(scratch.GetSize());
}

template <typename Union, typename Type>
Status read_union(const void* table, Type type, Budget& budget, Union& to) {
  if (table == nullptr || budget.overdrawn()) return {};
  if constexpr (std::is_same_v<Type, fb::BuiltinOptions2>) {
    if (!is_aligned(table, type)) {
      return make_error(ErrorCode::kInvalid, "its option table has a vector of 64-bit numbers that is not aligned");
    }
  }
  to.value = Union::UnPack(table, type, nullptr);
  if (to.value == nullptr) {
    return make_error(ErrorCode::kInvalid, "its option table is of type {}, which this version of Atoll does not know",
                      static_cast<int>(type));
  }
  to.type = type;
  pay_for(to, budget);
  return {};
}

Result<graph::OpaquePtr> read_opaque(const fb::Operator& from, int32_t code, Budget& budget) {
  auto opaque = std::make_shared<OpOpaque>();
  opaque->builtin_code = code;
  opaque->custom_options_format = from.custom_options_format();
  opaque->debug_metadata_index = from.debug_metadata_index();
  if (from.mutating_variable_inputs() != nullptr && budget.spend(from.mutating_variable_inputs()->size())) {
    opaque->mutating_variable_inputs.assign(from.mutating_variable_inputs()->begin(),
                                            from.mutating_variable_inputs()->end());
  }
  ATOLL_TRY(read_union(from.builtin_options(), from.builtin_options_type(), budget, opaque->options));
  ATOLL_TRY(read_union(from.builtin_options_2(), from.builtin_options_2_type(), budget, opaque->options2));
  return graph::OpaquePtr(std::move(opaque));
}

Result<std::vector<uint8_t>> read_custom_options(const fb::Operator& from, BufferTable& buffers, Budget& budget) {
  if (from.custom_options() != nullptr || from.large_custom_options_offset() <= 1) {
    return budget.copy(from.custom_options());
  }
  ATOLL_ASSIGN(const graph::Buffer bytes,
               buffers.range(from.large_custom_options_offset(), from.large_custom_options_size()));
  return budget.spend(bytes->size()) ? *bytes : std::vector<uint8_t>();
}

}  // namespace

int32_t builtin_code(const fb::OperatorCode& code) {
  return std::max(static_cast<int32_t>(code.deprecated_builtin_code()), static_cast<int32_t>(code.builtin_code()));
}

Result<graph::Op> read_op(const fb::Operator& from, const fb::Model& model, BufferTable& buffers, Budget& budget) {
  const uint32_t codes = model.operator_codes() == nullptr ? 0 : model.operator_codes()->size();
  if (from.opcode_index() >= codes) {
    return make_error(ErrorCode::kInvalid, "it names operator code {} of {}", from.opcode_index(), codes);
  }
  const fb::OperatorCode& code = *model.operator_codes()->Get(from.opcode_index());
  graph::Op op;
  budget.spend(64);  // the least an operator takes in a file, about
  op.builtin_code = builtin_code(code);
  if (op.builtin_code < 0) return make_error(ErrorCode::kInvalid, "its operator code is {}", op.builtin_code);
  op.custom_code = budget.copy(code.custom_code());
  op.kind = graph::op_kind_of(op.builtin_code, op.custom_code);
  op.version = code.version();
  op.inputs = budget.copy(from.inputs());
  op.outputs = budget.copy(from.outputs());
  op.intermediates = budget.copy(from.intermediates());
  ATOLL_ASSIGN(op.custom_options, read_custom_options(from, buffers, budget));
  ATOLL_ASSIGN(op.opaque, read_opaque(from, op.builtin_code, budget));
  ATOLL_ASSIGN(op.attrs, read_attributes(op.kind, opaque_as<OpOpaque>(op.opaque)->options));
  return op;
}

}  // namespace atl::tflite

// Rules that ask the kernels: whether they take the op, and what a function of one byte gives.
#include "common/kernels/registry.h"
#include "compiler/lower/byte_function.h"
#include "compiler/lower/op_rule_parts.h"
#include "compiler/lower/word_function.h"

namespace atl::compiler::rules {
namespace {

Seen undefined_word_function(const OpView& op) {
  if (is_byte_function(op)) return {};
  const auto function = word_function(op);
  if (!function.ok()) return function.error().text();
  return {};
}

Seen undefined_byte_function(const OpView& op) {
  if (!is_byte_function(op)) return {};
  const auto varying = varying_input(op);
  if (!varying) return std::string("its operand is a constant");
  const auto table = byte_function(op, *varying);
  if (!table.ok()) return table.error().text();
  return {};
}

Seen without_kernel(const OpView& op) {
  const auto kernel = kernels::prepare(op.subgraph, static_cast<size_t>(&op.op - op.subgraph.ops.data()));
  if (!kernel.ok()) return kernel.error().text();
  return {};
}

// With bytes a convolution that passes the other rules always has a kernel; asking would take as long as compiling it.
Seen words_without_kernel(const OpView& op) {
  if (!is_words(op.output(0))) return {};
  return without_kernel(op);
}

}  // namespace

std::vector<OpRule> kernel_rules() {
  return {
      {joined({kArithmetic,
               kExtremes,
               kComparisons,
               kRowFunctions,
               kArgs,
               kSelects,
               kByteFunctions,
               {OpKind::kSoftmax, OpKind::kTransposeConv, OpKind::kBatchMatMul, OpKind::kResizeBilinear,
                OpKind::kDynamicUpdateSlice}}),
       "the reference must have a kernel for its types", without_kernel},
      {{OpKind::kConv2D, OpKind::kDepthwiseConv2D, OpKind::kFullyConnected},
       "with int16 activations, the reference must have a kernel for its types",
       words_without_kernel},
      {kByteFunctions, "of 8 bits, it must be defined for each of the 256 values of its input",
       undefined_byte_function},
      {kByteFunctions,
       "of 16 bits, it must be defined for all values of its input, by a formula or 512 straight pieces",
       undefined_word_function},
  };
}

}  // namespace atl::compiler::rules

// Rules that ask the kernels: whether they take the op, and what a function of one byte gives.
#include "common/kernels/registry.h"
#include "compiler/lower/byte_function.h"
#include "compiler/lower/op_rule_parts.h"

namespace atl::compiler::rules {
namespace {

Seen undefined_byte_function(const OpView& op) {
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

}  // namespace

std::vector<OpRule> kernel_rules() {
  return {
      {joined({kArithmetic,
               kExtremes,
               kComparisons,
               kRowFunctions,
               kArgs,
               kSelects,
               {OpKind::kTransposeConv, OpKind::kBatchMatMul, OpKind::kResizeBilinear, OpKind::kDynamicUpdateSlice}}),
       "the reference must have a kernel for its types", without_kernel},
      {kByteFunctions, "it must be defined for each of the 256 values of its input", undefined_byte_function},
  };
}

}  // namespace atl::compiler::rules

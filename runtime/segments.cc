#include "runtime/segments.h"

#include <algorithm>

#include "common/graph/builtin_names.h"

namespace atl::runtime {
namespace {

// Checks that bindings, the program's side, go with tensors, the model's.
Status check_bindings(const graph::Subgraph& subgraph, const std::vector<int32_t>& tensors,
                      const std::vector<isa::Binding>& bindings, const char* what) {
  if (tensors.size() != bindings.size()) {
    return make_error(ErrorCode::kInvalid, "the op has {} {}s, but its program {}; compile the model again",
                      tensors.size(), what, bindings.size());
  }
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i] == graph::kNoTensor) {
      return make_error(ErrorCode::kInvalid, "{} {} is left out, but its program has one; compile the model again",
                        what, i);
    }
    const auto index = static_cast<size_t>(tensors[i]);
    const graph::Tensor& tensor = subgraph.tensors[index];
    const auto bytes = static_cast<uint64_t>(graph::num_bytes(tensor.shape, tensor.type));
    if (bytes == bindings[i].bytes) continue;
    return make_error(ErrorCode::kInvalid,
                      "{} {} has {} bytes as {}, but {} in the op's program; compile the model again", what, i, bytes,
                      graph::tensor_label(subgraph, index), bindings[i].bytes);
  }
  return {};
}

Result<Segment> read_segment(const graph::Subgraph& subgraph, size_t op_index) {
  const graph::Op& op = subgraph.ops[op_index];
  Segment segment;
  segment.op_index = op_index;
  ATOLL_ASSIGN(segment.program, isa::decode_program(op.custom_options));
  ATOLL_TRY(check_bindings(subgraph, op.inputs, segment.program.inputs, "input"));
  ATOLL_TRY(check_bindings(subgraph, op.outputs, segment.program.outputs, "output"));
  return segment;
}

}  // namespace

bool is_accelerator_op(const graph::Op& op) {
  return op.builtin_code == graph::kCustomBuiltinCode && op.custom_code == isa::kProgramOpName;
}

bool is_compiled(const graph::Model& model) {
  return std::any_of(model.main().ops.begin(), model.main().ops.end(), is_accelerator_op);
}

Result<std::vector<Segment>> read_segments(const graph::Model& model) {
  const graph::Subgraph& subgraph = model.main();
  std::vector<Segment> segments;
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    if (!is_accelerator_op(subgraph.ops[i])) continue;
    Result<Segment> segment = read_segment(subgraph, i);
    if (!segment.ok()) return std::move(segment).error().with_place(graph::op_label(subgraph, i));
    segments.push_back(std::move(segment).value());
  }
  return segments;
}

}  // namespace atl::runtime

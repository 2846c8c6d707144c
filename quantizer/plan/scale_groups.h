// Which tensors must share one scale and zero point, and what it is taken from.
//
// Operators of QuantRule::kSameScale (pooling, padding, reshaping, joining, choosing) copy integers, so their float
// operands and results form one group, transitively. The result of an operator of kFixedOutput is never in a group with
// others: where a group has other sources beside it, those who read it read a requantized copy. In int16, operators
// that join several tensors read all of them requantized: their result begins a group.
//
// A group is of one form. A tensor that is float32 or int16 and read in int8 is a member in int8 as well: the copy that
// its int8 readers have.
#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/plan/affine.h"
#include "quantizer/plan/forms.h"

namespace atl::quantizer {

// Input `input` of operator `op`.
struct OperandRef {
  size_t op, input;
  auto operator<=>(const OperandRef&) const = default;
};

// An activation in one of its integer forms.
struct FormedTensor {
  size_t tensor;
  graph::DType type;  // int8 or int16

  auto operator<=>(const FormedTensor&) const = default;
  // Numbers them all: two for every tensor.
  size_t index() const { return tensor * 2 + (type == graph::DType::kInt16 ? 1 : 0); }
};

struct ScaleGroup {
  std::vector<FormedTensor> members;  // ascending
  std::optional<AffineParams> fixed;
  std::vector<size_t> ranged_by;  // if not fixed: the tensors whose ranges together are the group's
};

struct ScaleGroups {
  std::vector<ScaleGroup> groups;       // by their first member
  std::vector<int32_t> group_of;        // by FormedTensor::index; -1: the tensor isn't needed in that form
  std::vector<OperandRef> requantized;  // operands that read a tensor of another group in their result's scale

  size_t at(const FormedTensor& member) const { return static_cast<size_t>(group_of[member.index()]); }
};

// The range of a group (the rules are those of TensorFlow's converter, so that parameters agree):
//   - the outputs of its operators with several float operands (concatenations) that lead to no other such operator;
//   - in a group without any, its source: the member that no operator of the group computes;
//   - and every member whose values matter beyond the group: read by an operator that is not kSameScale or averages
//     (pooling, RESIZE_BILINEAR), read in another form, or an output of the model. (There the converter would clip.)
ScaleGroups find_scale_groups(const graph::Subgraph& subgraph, const Forms& forms);

}  // namespace atl::quantizer

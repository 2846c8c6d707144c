// Shape inference of single operators, shared by the files that implement infer_shapes (shapes.h). Private to this
// folder. Attributes have passed check_attributes.
#pragma once

#include <optional>
#include <vector>

#include "common/base/result.h"
#include "common/graph/op_view.h"
#include "common/graph/shapes.h"

namespace atl::graph::shape_rules {

using Inferred = Result<std::optional<Shape>>;                  // of the only output
using InferredAll = Result<std::vector<std::optional<Shape>>>;  // of every output

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorCode::kInvalid, format, std::forward<Args>(args)...);
}

// A needed input, as a pointer that is not null.
Result<const Tensor*> needed(const OpView& op, size_t position, const char* what);
// A needed input of this rank with at least one element.
Result<const Tensor*> ranked(const OpView& op, size_t position, const char* what, size_t rank);

// The elements of a constant input of integers; nothing when it is computed. kInvalid when it is left out.
Result<std::optional<std::vector<int64_t>>> steering(const OpView& op, size_t position, const char* what);
// An axis of a shape, negative ones counted from the end. `extra` axes more than the shape has are allowed.
Result<size_t> axis_of(const Shape& shape, int64_t axis, size_t extra = 0);
// An extent that has been computed; kInvalid when it does not fit.
Result<int32_t> extent(int64_t value);
// The shape that two broadcast to: aligned at the end, extents of 1 repeated.
Result<Shape> broadcast_shape(const Shape& a, const Shape& b);

// Sliding windows and matrix products.
Inferred convolution(const OpView& op);
Inferred depthwise_convolution(const OpView& op);
Inferred transpose_convolution(const OpView& op);
Inferred pooling(const OpView& op);
Inferred fully_connected(const OpView& op);
Inferred batch_matmul(const OpView& op);
Inferred embedding_lookup(const OpView& op);

// Recurrent layers.
Inferred svdf(const OpView& op);
Inferred sequence_rnn(const OpView& op);
Inferred unidirectional_lstm(const OpView& op);
InferredAll bidirectional_lstm(const OpView& op);

// Elementwise.
Inferred same_as_input(const OpView& op);
Inferred not_scalar(const OpView& op);
Inferred broadcast(const OpView& op);
Inferred broadcast_three(const OpView& op);
Inferred select(const OpView& op);

// One output element for several input elements.
Inferred reduction(const OpView& op);
Inferred arg_reduction(const OpView& op);
InferredAll top_k(const OpView& op);

// Parts, joined and taken.
Inferred concatenation(const OpView& op);
Inferred pack(const OpView& op);
InferredAll unpack(const OpView& op);
InferredAll split(const OpView& op);
InferredAll split_v(const OpView& op);
Inferred slice(const OpView& op);
Inferred strided_slice(const OpView& op);
Inferred gather(const OpView& op);
Inferred gather_nd(const OpView& op);
Inferred scatter_nd(const OpView& op);

// The same elements in other places, or more of them.
Inferred reshape(const OpView& op);
Inferred squeeze(const OpView& op);
Inferred expand_dims(const OpView& op);
Inferred padding(const OpView& op);
Inferred mirror_padding(const OpView& op);
Inferred resize(const OpView& op);
Inferred depth_to_space(const OpView& op);
Inferred space_to_depth(const OpView& op);
Inferred batch_to_space(const OpView& op);
Inferred space_to_batch(const OpView& op);
Inferred transpose(const OpView& op);
Inferred tile(const OpView& op);
Inferred broadcast_to(const OpView& op);

// Shapes and constants.
Inferred shape_of(const OpView& op);
Inferred rank_of(const OpView& op);
Inferred broadcast_args(const OpView& op);
Inferred one_hot(const OpView& op);
Inferred fill(const OpView& op);
Inferred range(const OpView& op);

// Nothing to infer: no outputs, or what the file says.
InferredAll nothing(const OpView& op);
InferredAll given(const OpView& op);
InferredAll detections(const OpView& op);

}  // namespace atl::graph::shape_rules

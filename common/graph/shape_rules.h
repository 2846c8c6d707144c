// Shape inference of single operators, shared by the files that implement infer_shapes (shapes.h). Private to this
// folder. Attributes have passed check_attributes.
#pragma once

#include <optional>

#include "common/base/result.h"
#include "common/graph/op_view.h"
#include "common/graph/shapes.h"

namespace atl::graph::shape_rules {

using Inferred = Result<std::optional<Shape>>;

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorCode::kInvalid, format, std::forward<Args>(args)...);
}

// A needed input, as a pointer that is not null.
Result<const Tensor*> needed(const OpView& op, size_t position, const char* what);
// A needed input of this rank with at least one element.
Result<const Tensor*> ranked(const OpView& op, size_t position, const char* what, size_t rank);

Inferred convolution(const OpView& op);
Inferred depthwise_convolution(const OpView& op);
Inferred pooling(const OpView& op);
Inferred fully_connected(const OpView& op);

Inferred concatenation(const OpView& op);
Inferred reshape(const OpView& op);
Inferred squeeze(const OpView& op);
Inferred reduction(const OpView& op);
Inferred padding(const OpView& op);

}  // namespace atl::graph::shape_rules

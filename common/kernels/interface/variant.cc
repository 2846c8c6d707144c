#include "common/kernels/interface/variant.h"

#include "common/graph/type_pattern.h"

namespace atl::kernels {

bool types_match(std::string_view types, const OpContext& context) {
  return graph::types_match(types, {}, {context.subgraph(), context.op()});
}

std::string types_seen(const OpContext& context) { return graph::types_seen({context.subgraph(), context.op()}); }

}  // namespace atl::kernels

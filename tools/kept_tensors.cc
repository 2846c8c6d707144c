#include "tools/kept_tensors.h"

#include <algorithm>

#include "common/kernels/tensor_arrays.h"
#include "tools/console.h"

namespace atl::tools {

std::vector<size_t> output_tensors(const graph::Subgraph& subgraph) {
  return {subgraph.outputs.begin(), subgraph.outputs.end()};
}

std::vector<size_t> all_tensors(const graph::Subgraph& subgraph, const std::function<bool(size_t)>& available) {
  std::vector<size_t> tensors;
  const auto is_output = [&](size_t i) {
    return std::find(subgraph.outputs.begin(), subgraph.outputs.end(), static_cast<int32_t>(i)) !=
           subgraph.outputs.end();
  };
  for (size_t i = 0; i < subgraph.tensors.size(); ++i) {
    const graph::Tensor& tensor = subgraph.tensors[i];
    if ((tensor.is_constant() && !is_output(i)) || !available(i)) continue;
    if (kernels::element_type(tensor.type)) {
      tensors.push_back(i);
    } else {
      warn(fmt::format("{} is {}, which no array can hold; it is left out", graph::tensor_label(subgraph, i),
                       graph::dtype_name(tensor.type)));
    }
  }
  return tensors;
}

Status check_all_tensors(bool all_tensors, const std::string& output) {
  if (!all_tensors || !output.empty()) return {};
  return make_error(ErrorCode::kUsage, "--all-tensors needs --output: where to write them");
}

}  // namespace atl::tools

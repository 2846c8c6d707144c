#include "quantizer/refine/refinements.h"

#include "common/graph/model.h"

namespace atl::quantizer {

Result<Refinements> refinements_from_list(std::string_view list) {
  Refinements result;
  while (true) {
    const size_t comma = list.find(',');
    const std::string_view name = list.substr(0, comma);
    if (name == "equalize") {
      result.equalize = true;
    } else if (name == "adaround") {
      result.adaround = true;
    } else if (name == "bias") {
      result.bias = true;
    } else {
      return make_error(ErrorCode::kUsage, "--refine {} is not known; there are bias, equalize and adaround",
                        graph::quoted(name));
    }
    if (comma == std::string_view::npos) return result;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace atl::quantizer

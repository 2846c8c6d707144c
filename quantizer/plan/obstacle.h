// Why something can't be quantized.
#pragma once

#include <optional>
#include <string>

namespace atl::quantizer {

// `why` is a clause after "it", `help` an imperative: what would help.
struct Obstacle {
  std::string why, help;
};
using MaybeObstacle = std::optional<Obstacle>;

}  // namespace atl::quantizer

#include "common/graph/verifier.h"
namespace atl::graph { Status verify(const Model&, std::vector<std::string>*) { return {}; } }

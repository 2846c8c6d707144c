// The instruction set as a page: docs/isa.md, made from isa.def and lane.def.
#pragma once

#include <string>

namespace atl::isa {

// Markdown, the same text every time.
std::string isa_manual();

}  // namespace atl::isa

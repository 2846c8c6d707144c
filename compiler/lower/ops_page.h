// docs/ops.md, made of the operator table and the placement rules.
#pragma once

#include <string>

namespace atl::compiler {

std::string ops_page();

}  // namespace atl::compiler

// What a description must fulfil, shared by machine.cc and the file that reads JSON.
#pragma once

#include "isa/machine.h"

namespace atl::isa {

// Every figure within its range and the rules between figures. kInvalid with all problems.
Status check(const Machine& machine);

}  // namespace atl::isa

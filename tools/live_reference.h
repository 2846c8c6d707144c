// The reference runtime itself, run by scripts/reference.py in a Python that has its package.
#pragma once

#include <cstdint>
#include <span>

#include "common/arrays/array.h"
#include "common/base/result.h"

namespace atl::tools {

// Runs the model, a file's bytes, on `inputs`, arrays named "0", "1", ... by position. The result holds every input and
// every tensor that an operator writes as "t<index>", and "runtime", the reference's name as bytes. Python is
// $ATOLL_REFERENCE_PYTHON, else the one in .venv beside the script's folder, else python3. kUnsupported when the
// runtime is missing or can't run the model; kIo.
Result<arrays::NamedArrays> run_live_reference(std::span<const uint8_t> model, const arrays::NamedArrays& inputs);

}  // namespace atl::tools

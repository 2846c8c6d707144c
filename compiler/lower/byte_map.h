// Tasks that map bytes to bytes: plain copies and 256-entry tables, into the whole of a storage or a box of it.
#pragma once

#include <array>
#include <memory>

#include "compiler/lower/segment.h"
#include "compiler/tasks/elementwise_task.h"

namespace atl::compiler {

using ByteTable = std::array<uint8_t, 256>;  // by the input's bit pattern

// output[region] = input, byte for byte; input has the extents of the region.
std::unique_ptr<ElementwiseTask> copy_task(Operand input, Operand output, Box region);
// The same through a table; an identity table makes a plain copy.
std::unique_ptr<ElementwiseTask> table_task(Operand input, Operand output, Box region, const ByteTable& table);
// output[region] = value.
std::unique_ptr<ElementwiseTask> fill_task(Operand output, Box region, uint8_t value);

}  // namespace atl::compiler

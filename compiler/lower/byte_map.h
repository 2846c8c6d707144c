// Tasks that map elements to elements: plain copies, of 1, 2 or 4 bytes each, and 256-entry tables of bytes, into the
// whole of a storage or a box of it.
#pragma once

#include <array>
#include <memory>

#include "compiler/lower/segment.h"
#include "compiler/tasks/elementwise_task.h"

namespace atl::compiler {

using ByteTable = std::array<uint8_t, 256>;  // by the input's bit pattern

// output[region] = input, element for element; input has the extents of the region.
std::unique_ptr<ElementwiseTask> copy_task(Operand input, Operand output, Box region);
// The same through a table; an identity table makes a plain copy.
std::unique_ptr<ElementwiseTask> table_task(Operand input, Operand output, Box region, const ByteTable& table);
// output[region] = the low bits of the value, as many as an element has.
std::unique_ptr<ElementwiseTask> fill_task(Operand output, Box region, int32_t value);

}  // namespace atl::compiler

// All reference kernels: which there are, and the one for an operator of a model.
#pragma once

#include <string>
#include <vector>

#include "common/kernels/interface/kernel.h"
#include "common/kernels/interface/variant.h"

namespace atl::kernels {

// The rows of the kernel tables for one operator, in the order they are tried; empty for kUnknown alone.
std::vector<Variant> variants(graph::OpKind kind);

// The kernel of an operator. The subgraph has passed graph::verify and outlives the call, not the kernel.
// kUnsupported: an operator without kernels, or element types that none of its kernels takes (the message lists those
// they do).
Result<std::unique_ptr<Kernel>> prepare(const graph::Subgraph& subgraph, size_t op_index,
                                        const KernelOptions& options = {});

}  // namespace atl::kernels

// What an operator that stays on the host costs, by the machine's model of its host: so many multiply-accumulates and
// so many bytes a second, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/graph/model.h"
#include "isa/machine.h"

namespace atl::runtime {

struct HostWork {
  uint64_t macs = 0;
  uint64_t bytes = 0;  // of all inputs, constants included, and outputs

  HostWork& operator+=(const HostWork& other) {
    macs += other.macs;
    bytes += other.bytes;
    return *this;
  }
};

HostWork host_work(const graph::Subgraph& subgraph, size_t op_index);
// Of all operators of a compiled model's subgraph that are no accelerator segments.
HostWork host_work(const graph::Subgraph& subgraph);

// macs / host_macs_per_second + bytes / host_bytes_per_second.
double host_seconds(const HostWork& work, const isa::Machine& machine);

}  // namespace atl::runtime

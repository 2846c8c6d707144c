#include "simulator/core/memory.h"

namespace atl::simulator {

Memory Memory::zeros(uint64_t bytes) {
  Memory memory;
  // calloc's fresh pages are the kernel's zero page until written to, so a large memory costs what is used of it.
  memory.data_.reset(static_cast<uint8_t*>(std::calloc(bytes == 0 ? 1 : bytes, 1)));
  memory.bytes_ = memory.data_ == nullptr ? 0 : bytes;
  return memory;
}

}  // namespace atl::simulator

// Simulated memory: zero at first, and of the host's memory it takes only what is touched.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "common/base/check.h"

namespace atl::simulator {

class Memory {
 public:
  Memory() = default;

  // `bytes` zeros. Empty (bytes() == 0) if the host has not that much.
  static Memory zeros(uint64_t bytes);

  uint64_t bytes() const { return bytes_; }
  bool contains(uint64_t address, uint64_t count) const { return count <= bytes_ && address <= bytes_ - count; }

  // `count` bytes at `address`. A range outside the memory is a bug of ours: validated programs have none.
  uint8_t* at(uint64_t address, uint64_t count) {
    ATOLL_CHECK(contains(address, count), "bytes {} + {} of a memory of {}", address, count, bytes_);
    return data_.get() + address;
  }
  const uint8_t* at(uint64_t address, uint64_t count) const { return const_cast<Memory*>(this)->at(address, count); }
  std::span<const uint8_t> view(uint64_t address, uint64_t count) const { return {at(address, count), count}; }
  std::span<const uint8_t> all() const { return {data_.get(), bytes_}; }

 private:
  struct Free {
    void operator()(uint8_t* data) const { std::free(data); }
  };
  std::unique_ptr<uint8_t, Free> data_;
  uint64_t bytes_ = 0;
};

}  // namespace atl::simulator

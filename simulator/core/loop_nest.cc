#include "simulator/core/loop_nest.h"

#include <algorithm>
#include <cstring>

#include "common/numerics/rounding.h"

namespace atl::simulator {

namespace {

bool continues(const LoopNest::Loop& outer, const LoopNest::Loop& inner, size_t operands) {
  for (size_t i = 0; i < operands; ++i) {
    if (outer.strides[i] != static_cast<int64_t>(inner.extent) * inner.strides[i]) return false;
  }
  return true;
}

// Calls body with a value of the lane type's C++ type.
template <typename Body>
void with_type(isa::LaneType type, Body&& body) {
  switch (type) {
    case isa::LaneType::kInt8: return body(int8_t{});
    case isa::LaneType::kUint8: return body(uint8_t{});
    case isa::LaneType::kInt16: return body(int16_t{});
    case isa::LaneType::kInt32: return body(int32_t{});
  }
  ATOLL_CHECK(false, "lane type {}", static_cast<int>(type));
}

// The bytes that `elements` elements `stride` apart touch, checked to exist; the returned pointer is to the first
// element.
template <typename T, typename AnyMemory>
auto* elements_at(AnyMemory& sram, int64_t address, int64_t stride, uint64_t elements) {
  const int64_t last = stride * (static_cast<int64_t>(elements) - 1);
  const int64_t low = address + std::min<int64_t>(last, 0);
  const uint64_t span = static_cast<uint64_t>(last < 0 ? -last : last) + sizeof(T);
  ATOLL_CHECK(low >= 0, "address {}", low);
  return sram.at(static_cast<uint64_t>(low), span) + (address - low);
}

template <typename T>
int32_t load(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <typename T>
void load_run(const uint8_t* first, int64_t stride, uint64_t elements, int32_t* out) {
  if (stride == 0) {
    std::fill_n(out, elements, load<T>(first));
  } else if (stride == sizeof(T)) {
    for (uint64_t i = 0; i < elements; ++i) out[i] = load<T>(first + i * sizeof(T));
  } else {
    for (uint64_t i = 0; i < elements; ++i) out[i] = load<T>(first + static_cast<int64_t>(i) * stride);
  }
}

template <typename T>
void store_run(uint8_t* first, int64_t stride, uint64_t elements, const int32_t* values) {
  for (uint64_t i = 0; i < elements; ++i) {
    const T value = numerics::saturate<T>(values[i]);
    std::memcpy(first + static_cast<int64_t>(i) * stride, &value, sizeof value);
  }
}

}  // namespace

LoopNest::LoopNest(std::span<const Loop> loops, size_t operands) {
  for (const Loop& loop : loops) {
    count_ *= loop.extent;
    if (loop.extent == 1) continue;
    if (!loops_.empty() && continues(loops_.back(), loop, operands)) {
      const uint64_t extent = loops_.back().extent * loop.extent;
      loops_.back() = loop;
      loops_.back().extent = extent;
    } else {
      loops_.push_back(loop);
    }
  }
  if (loops_.empty()) loops_.emplace_back();
}

int64_t LoopNest::offset(size_t operand, uint64_t index) const {
  int64_t offset = 0;
  for (size_t i = loops_.size(); i-- > 0;) {
    offset += static_cast<int64_t>(index % loops_[i].extent) * loops_[i].strides[operand];
    index /= loops_[i].extent;
  }
  return offset;
}

void load_elements(const Memory& sram, int64_t base, isa::LaneType type, const LoopNest& nest, size_t operand,
                   uint64_t begin, uint64_t count, int32_t* out) {
  with_type(type, [&](auto element) {
    using T = decltype(element);
    nest.for_each_run(operand, begin, count, [&](int64_t offset, int64_t stride, uint64_t elements, uint64_t done) {
      load_run<T>(elements_at<T>(sram, base + offset, stride, elements), stride, elements, out + done);
    });
  });
}

void store_elements(Memory& sram, int64_t base, isa::LaneType type, const LoopNest& nest, size_t operand,
                    uint64_t begin, uint64_t count, const int32_t* values) {
  with_type(type, [&](auto element) {
    using T = decltype(element);
    nest.for_each_run(operand, begin, count, [&](int64_t offset, int64_t stride, uint64_t elements, uint64_t done) {
      store_run<T>(elements_at<T>(sram, base + offset, stride, elements), stride, elements, values + done);
    });
  });
}

}  // namespace atl::simulator

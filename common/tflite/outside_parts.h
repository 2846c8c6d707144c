// Large parts that go behind the flatbuffer, whose own offsets reach 2 GiB only. Private to the writer.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/file.h"

namespace atl::tflite {

class OutsideParts {
 public:
  // What holds the place of an offset in the flatbuffer until append(); the format reads 0 and 1 as "none".
  static constexpr uint64_t kPlaceholder = 1;

  // The bytes must outlive append().
  void add_buffer(uint32_t buffer, const std::vector<uint8_t>& bytes) { parts_.push_back({&bytes, buffer, 0, 0}); }
  void add_custom_options(uint32_t subgraph, uint32_t op, const std::vector<uint8_t>& bytes) {
    parts_.push_back({&bytes, 0, subgraph, op});
  }
  bool empty() const { return parts_.empty(); }

  // Puts the parts behind the finished flatbuffer, each at a multiple of 16, and their places into it.
  void append(Bytes& file) const;

 private:
  struct Part {
    const std::vector<uint8_t>* bytes;
    uint32_t buffer;        // 0: custom options of an operator
    uint32_t subgraph, op;  // of custom options
  };
  std::vector<Part> parts_;
};

}  // namespace atl::tflite

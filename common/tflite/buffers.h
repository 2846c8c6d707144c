// The file's buffers as shared graph::Buffers, each copied once however many tensors name it.
#pragma once

#include <map>
#include <span>
#include <utility>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/tflite/budget.h"
#include "common/tflite/native.h"

namespace atl::tflite {

class BufferTable {
 public:
  // `file` is the whole file, with whatever lies behind the flatbuffer.
  BufferTable(std::span<const uint8_t> file, const fb::Model& model, Budget& budget)
      : file_(file), buffers_(model.buffers()), budget_(budget) {}

  // Bytes of buffer `index`: null when it has none, an empty buffer when it says it has none.
  // kInvalid when there is no such buffer or its bytes lie outside the file.
  Result<graph::Buffer> get(uint32_t index);
  // Bytes at an absolute position in the file (buffers and custom options behind the flatbuffer).
  Result<graph::Buffer> range(uint64_t offset, uint64_t size);

 private:
  graph::Buffer shared(const uint8_t* data, size_t size);

  std::span<const uint8_t> file_;
  const flatbuffers::Vector<flatbuffers::Offset<fb::Buffer>>* buffers_;
  Budget& budget_;
  std::map<std::pair<const uint8_t*, size_t>, graph::Buffer> copies_;
};

}  // namespace atl::tflite

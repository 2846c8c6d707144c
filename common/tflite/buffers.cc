#include "common/tflite/buffers.h"

namespace atl::tflite {

graph::Buffer BufferTable::shared(const uint8_t* data, size_t size) {
  graph::Buffer& copy = copies_[{data, size}];
  if (copy == nullptr) {
    copy = graph::make_buffer(budget_.spend(size) ? std::vector<uint8_t>(data, data + size) : std::vector<uint8_t>());
  }
  return copy;
}

Result<graph::Buffer> BufferTable::range(uint64_t offset, uint64_t size) {
  if (offset > file_.size() || size > file_.size() - offset) {
    return make_error(ErrorCode::kInvalid,
                      "its {} bytes should be at byte {} of the file, which has only {}; the file was cut short", size,
                      offset, file_.size());
  }
  return shared(file_.data() + offset, size);
}

Result<graph::Buffer> BufferTable::get(uint32_t index) {
  const uint32_t count = buffers_ == nullptr ? 0 : buffers_->size();
  if (index == 0) return graph::Buffer();  // empty by convention, whether it exists or not
  if (index >= count) return make_error(ErrorCode::kInvalid, "it names buffer {} of {}", index, count);
  const fb::Buffer* buffer = buffers_->Get(index);
  if (buffer->data() != nullptr) return shared(buffer->data()->data(), buffer->data()->size());
  if (buffer->offset() > 1) return range(buffer->offset(), buffer->size());
  return graph::Buffer();
}

}  // namespace atl::tflite

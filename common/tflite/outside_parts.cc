#include "common/tflite/outside_parts.h"

#include "common/base/check.h"
#include "common/tflite/native.h"

namespace atl::tflite {
namespace {

constexpr size_t kAlignment = 16;

size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace

void OutsideParts::append(Bytes& file) const {
  size_t total = aligned(file.size());
  for (const Part& part : parts_) total += aligned(part.bytes->size());
  file.reserve(total);
  for (const Part& part : parts_) {
    file.resize(aligned(file.size()));
    const uint64_t offset = file.size();
    file.insert(file.end(), part.bytes->begin(), part.bytes->end());
    fb::Model* model = fb::GetMutableModel(file.data());
    const bool done = part.buffer > 0 ? model->mutable_buffers()->GetMutableObject(part.buffer)->mutate_offset(offset)
                                      : model->mutable_subgraphs()
                                            ->GetMutableObject(part.subgraph)
                                            ->mutable_operators()
                                            ->GetMutableObject(part.op)
                                            ->mutate_large_custom_options_offset(offset);
    ATOLL_CHECK(done, "the flatbuffer has no place for an offset");
  }
  file.resize(aligned(file.size()));
}

}  // namespace atl::tflite

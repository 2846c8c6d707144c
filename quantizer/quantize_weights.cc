#include "quantizer/quantize_weights.h"

#include <algorithm>

#include "common/graph/verifier.h"
#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "quantizer/weights/weights.h"

namespace atl::quantizer {

Status quantize_weights(flatbuffers::FlatBufferBuilder* builder, std::span<const uint8_t> float_model,
                        uint64_t min_elements) {
  ATOLL_ASSIGN(const graph::Model model, tflite::read_model(float_model));
  ATOLL_TRY(graph::verify(model));
  WeightOptions options;
  options.min_elements = static_cast<int64_t>(std::min<uint64_t>(min_elements, INT64_MAX));
  options.per_tensor_fully_connected = true;
  ATOLL_ASSIGN(const WeightResult result, quantize_weights(model, options));
  const Bytes bytes = tflite::write_model(result.model);
  builder->Clear();
  builder->PushFlatBuffer(bytes.data(), bytes.size());
  return {};
}

}  // namespace atl::quantizer

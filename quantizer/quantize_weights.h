// Quantize Weights, the older tool's interface: a float model's bytes in, the quantized model in a builder.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <span>

#include "common/base/result.h"

namespace atl::quantizer {

// Dynamic-range quantization as that tool does it: int8 weights of at least `min_elements` elements, FULLY_CONNECTED
// with one scale, a DEQUANTIZE where an operator has no hybrid kernel. On success the finished model lies in
// builder->GetBufferPointer(), builder->GetSize(); on an error the builder is as it was.
// kInvalid when the bytes are no sound model; kUnsupported as quantizer/weights/weights.h.
Status quantize_weights(flatbuffers::FlatBufferBuilder* builder, std::span<const uint8_t> float_model,
                        uint64_t min_elements = 1024);

}  // namespace atl::quantizer

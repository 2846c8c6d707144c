// Carries out a plan: the float model becomes a quantized one.
#pragma once

#include <vector>

#include "common/graph/model.h"
#include "quantizer/plan/plan.h"

namespace atl::quantizer {

struct Rewritten {
  graph::Model model;
  std::vector<int32_t> origin;     // by tensor of the model: the tensor of the float model, -1 for one that was added
  std::vector<int32_t> op_origin;  // by operator likewise; -1: a QUANTIZE or DEQUANTIZE
};

// Names, order and signatures of the tensors stay, with those that nothing uses left out. Added are
//   - where an edge has another form than the tensor itself, a tensor of the edge's form, which takes the name, and
//     QUANTIZE or DEQUANTIZE between it and the inner tensor (named <name>_int8, _int16 or _float32);
//   - QUANTIZE or DEQUANTIZE before the first of those who read a tensor in another form (<name>_int8, _int16 or
//     _float32; <name>_requantized for the same type), once for each form;
//   - copies of constants that readers want in different forms (<name>_2, ...).
// Operator versions are left to the writer, which takes the lowest (tflite/versions.h).
Rewritten rewrite(const graph::Model& model, const Plan& plan);

}  // namespace atl::quantizer

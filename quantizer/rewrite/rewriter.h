// Carries out a plan: the float model becomes an integer one.
#pragma once

#include <vector>

#include "common/graph/model.h"
#include "quantizer/plan/plan.h"

namespace atl::quantizer {

// Types of the model's float32 inputs and outputs after quantization: the activations' type (int8 or int16), uint8
// beside int8, or float32. Those that are not float32 in the float model keep their type.
struct EdgeTypes {
  graph::DType input = graph::DType::kInt8;
  graph::DType output = graph::DType::kInt8;
};

struct Rewritten {
  graph::Model model;
  std::vector<int32_t> origin;  // by tensor of the model: the tensor of the float model, -1 for one that was added
};

// Names, order and signatures of the tensors stay, with those that nothing uses left out. Added are
//   - where an edge is not of the activations' type, a tensor of the edge's type, which takes the name, and QUANTIZE or
//     DEQUANTIZE between it and the integer tensor (named <name>_int8 or _int16); uint8 has the scale of the int8
//     tensor and its zero point + 128;
//   - QUANTIZE before the first reader of a requantized tensor (<name>_requantized);
//   - copies of constants that readers want in different forms (<name>_2, ...).
// Operator versions are left to the writer, which takes the lowest (tflite/versions.h).
Rewritten rewrite(const graph::Model& model, const Plan& plan, const EdgeTypes& edges);

}  // namespace atl::quantizer

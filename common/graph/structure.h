// What must hold of every model, whatever its operators: indices, producers and consumers, sizes of constants,
// quantization parameters.
#pragma once

#include <string>

#include "common/graph/model.h"
#include "common/graph/problems.h"

namespace atl::graph {

// Extents, number of elements, bytes of constants, quantization parameters of one tensor. `label` starts the messages.
void check_tensor(const Tensor& tensor, const std::string& label, Problems& problems);

// Every tensor by check_tensor; then indices of operators, inputs, outputs and signatures, one producer a tensor and
// producers before consumers.
void check_structure(const Model& model, Problems& problems);

}  // namespace atl::graph

// Writes a model of one operator, and its line in the listing that scripts/make_reference_vectors.py reads.
#pragma once

#include <string>

#include "common/graph/builder.h"

namespace atl::vectors {

// FOLDER/NAME.tflite; the listing's line is "NAME OP TYPE".
void store_model(const std::string& folder, const std::string& name, const std::string& op, graph::DType type,
                 graph::GraphBuilder& builder, int32_t result);

// One model of every elementwise operator and type that the kernels compute with integers.
void make_elementwise_models(const std::string& folder);

}  // namespace atl::vectors

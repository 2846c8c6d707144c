// What the IR does not interpret, in the schema's own classes: the tflite folder's side of graph::Opaque.
// Private to this folder (schema_generated.h is big and stays out of everybody else's compile).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/graph/model.h"
#include "common/graph/sparse_form.h"
#include "schema_generated.h"

namespace atl::tflite {

namespace fb = ::atl::tflite::schema;

struct ModelOpaque : graph::Opaque {
  std::vector<graph::Buffer> metadata_buffers;  // Model.metadata_buffer, resolved; null: an empty buffer
  std::vector<std::unique_ptr<fb::ExternalBufferGroupT>> external_buffer_groups;
  std::vector<std::unique_ptr<fb::ExternalBufferT>> external_buffers;
};

struct SubgraphOpaque : graph::Opaque {
  int32_t debug_metadata_index = -1;
};

struct TensorOpaque : graph::SparseForm {
  bool is_readable() const override;
  Status write_dense(const graph::Tensor& tensor, std::span<uint8_t> dense) const override;

  fb::QuantizationDetailsUnion details;
  std::unique_ptr<fb::SparsityParametersT> sparsity;
  std::vector<std::unique_ptr<fb::VariantSubTypeT>> variant_tensors;
  uint32_t external_buffer = 0;
};

struct OpOpaque : graph::Opaque {
  int32_t builtin_code = -1;  // the operator that `options` belongs to
  fb::BuiltinOptionsUnion options;
  fb::BuiltinOptions2Union options2;
  fb::CustomOptionsFormat custom_options_format = fb::CustomOptionsFormat::FLEXBUFFERS;
  std::vector<bool> mutating_variable_inputs;
  int32_t debug_metadata_index = -1;
};

struct SignatureOpaque : graph::Opaque {
  std::string deprecated_tag;
};

// The opaque part as the class it was made as; null when there is none or another format made it.
template <typename T>
const T* opaque_as(const graph::OpaquePtr& opaque) {
  return dynamic_cast<const T*>(opaque.get());
}

}  // namespace atl::tflite

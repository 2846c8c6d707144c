#include "common/tflite/read_tensor.h"

namespace atl::tflite {
namespace {

size_t index_vector_bytes(const void* vector, fb::SparseIndexVector type) {
  const auto bytes = [](const auto* values) {
    return values == nullptr ? 0 : size_t{values->size()} * sizeof(int32_t);
  };
  if (vector == nullptr) return 0;
  switch (type) {
    case fb::SparseIndexVector::NONE: return 0;
    case fb::SparseIndexVector::Int32Vector: return bytes(static_cast<const fb::Int32Vector*>(vector)->values());
    case fb::SparseIndexVector::Uint16Vector: return bytes(static_cast<const fb::Uint16Vector*>(vector)->values());
    case fb::SparseIndexVector::Uint8Vector: return bytes(static_cast<const fb::Uint8Vector*>(vector)->values());
  }
  return 0;
}

// UnPack copies without asking, so the price of each part is worked out first.
std::unique_ptr<fb::SparsityParametersT> read_sparsity(const fb::SparsityParameters& from, Budget& budget) {
  size_t bytes = 0;
  if (from.traversal_order() != nullptr) bytes += size_t{from.traversal_order()->size()} * sizeof(int32_t);
  if (from.block_map() != nullptr) bytes += size_t{from.block_map()->size()} * sizeof(int32_t);
  if (!budget.spend(bytes)) return nullptr;
  if (from.dim_metadata() != nullptr) {
    for (const fb::DimensionMetadata* dimension : *from.dim_metadata()) {
      const size_t indices = index_vector_bytes(dimension->array_segments(), dimension->array_segments_type()) +
                             index_vector_bytes(dimension->array_indices(), dimension->array_indices_type());
      if (!budget.spend(sizeof(fb::DimensionMetadataT) + indices)) return nullptr;
    }
  }
  return std::unique_ptr<fb::SparsityParametersT>(from.UnPack());
}

void read_details(const fb::QuantizationParameters& from, Budget& budget, fb::QuantizationDetailsUnion& to) {
  if (from.details() == nullptr) return;
  size_t bytes = sizeof(fb::MultiAxisQuantizationT);
  if (const auto* custom = from.details_as_CustomQuantization(); custom != nullptr && custom->custom() != nullptr) {
    bytes += custom->custom()->size();
  }
  if (const auto* axes = from.details_as_MultiAxisQuantization();
      axes != nullptr && axes->quantized_dimensions() != nullptr) {
    bytes += size_t{axes->quantized_dimensions()->size()} * sizeof(int32_t);
  }
  if (!budget.spend(bytes)) return;
  to.type = from.details_type();
  to.value = fb::QuantizationDetailsUnion::UnPack(from.details(), from.details_type(), nullptr);
}

graph::Quantization read_quantization(const fb::QuantizationParameters& from, Budget& budget) {
  graph::Quantization quant;
  quant.scale = budget.copy(from.scale());
  quant.zero_point = budget.copy(from.zero_point());
  quant.min = budget.copy(from.min());
  quant.max = budget.copy(from.max());
  quant.axis = from.quantized_dimension();
  return quant;
}

void read_variants(const fb::Tensor& from, Budget& budget, TensorOpaque& opaque) {
  if (from.variant_tensors() == nullptr) return;
  for (const fb::VariantSubType* variant : *from.variant_tensors()) {
    const size_t extents = variant->shape() == nullptr ? 0 : variant->shape()->size();
    if (!budget.spend(sizeof(fb::VariantSubTypeT) + extents * sizeof(int32_t))) return;
    opaque.variant_tensors.emplace_back(variant->UnPack());
  }
}

// What the IR has no name for; null when the tensor has nothing of the sort. Clears `plain` where it matters.
graph::OpaquePtr read_opaque(const fb::Tensor& from, Budget& budget, bool& plain) {
  auto opaque = std::make_shared<TensorOpaque>();
  bool used = false;
  if (from.quantization() != nullptr && from.quantization()->details() != nullptr) {
    read_details(*from.quantization(), budget, opaque->details);
    // The reference runtime ignores custom details and reads scale and zero point as usual.
    plain = plain && opaque->details.type <= fb::QuantizationDetails::CustomQuantization;
    used = true;
  }
  if (from.sparsity() != nullptr) {
    opaque->sparsity = read_sparsity(*from.sparsity(), budget);
    plain = false;
    used = true;
  }
  if (from.variant_tensors() != nullptr) {
    read_variants(from, budget, *opaque);
    used = true;
  }
  if (from.external_buffer() != 0) {
    opaque->external_buffer = from.external_buffer();
    plain = false;
    used = true;
  }
  return used ? opaque : nullptr;
}

// An empty or missing data vector makes a constant only of a tensor without elements; elsewhere old writers left it by
// habit. (What such a tensor is computed or fed, if it is, the reader finds out when it has seen the operators.)
graph::Buffer read_data(const fb::Tensor& from, const graph::Shape& shape, const std::string& label,
                        BufferTable& buffers, graph::Problems& problems) {
  Result<graph::Buffer> data = buffers.get(from.buffer());
  if (!data.ok()) {
    problems.add_at(label, data.error());
    return nullptr;
  }
  const bool has_elements = graph::checked_num_elements(shape) != 0;
  if (*data == nullptr && from.buffer() != 0 && !has_elements) return graph::make_buffer({});
  if (*data != nullptr && (*data)->empty() && has_elements) return nullptr;
  return *data;
}

}  // namespace

graph::Tensor read_tensor(const fb::Tensor& from, const std::string& label, BufferTable& buffers, Budget& budget,
                          graph::Problems& problems) {
  graph::Tensor tensor;
  budget.spend(64);  // the least a tensor takes in a file, about
  tensor.name = budget.copy(from.name());
  if (const auto type = graph::dtype_from_code(static_cast<int>(from.type()))) {
    tensor.type = *type;
  } else {
    problems.add("{}: element type {} is unknown", label, static_cast<int>(from.type()));
  }
  tensor.shape = budget.copy(from.shape());
  tensor.shape_signature = budget.copy(from.shape_signature());
  tensor.has_rank = from.has_rank();
  tensor.is_variable = from.is_variable();
  if (from.quantization() != nullptr) tensor.quant = read_quantization(*from.quantization(), budget);
  tensor.opaque = read_opaque(from, budget, tensor.plain);
  tensor.data = read_data(from, tensor.shape, label, buffers, problems);
  return tensor;
}

}  // namespace atl::tflite

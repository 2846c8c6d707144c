#include "common/tflite/writer.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "common/base/check.h"
#include "common/tflite/native.h"
#include "common/tflite/options.h"
#include "common/tflite/outside_parts.h"
#include "common/tflite/versions.h"

namespace atl::tflite {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

constexpr size_t kAlignment = 16;
// Custom options this small stay in the flatbuffer whatever the size of the model.
constexpr size_t kSmallOptionsBytes = size_t{1} << 16;

template <typename T>
Offset<flatbuffers::Vector<T>> vector_or_null(FlatBufferBuilder& builder, const std::vector<T>& values) {
  return values.empty() ? 0 : builder.CreateVector(values);
}

Offset<flatbuffers::String> string_or_null(FlatBufferBuilder& builder, const std::string& text) {
  return text.empty() ? 0 : builder.CreateString(text);
}

// Packs a list of schema objects.
template <typename Table>
Offset<flatbuffers::Vector<Offset<Table>>> pack_list(
    FlatBufferBuilder& builder, const std::vector<std::unique_ptr<typename Table::NativeTableType>>& objects) {
  if (objects.empty()) return 0;
  std::vector<Offset<Table>> offsets;
  for (const auto& object : objects) offsets.push_back(Table::Pack(builder, object.get()));
  return builder.CreateVector(offsets);
}

// Writes one model. Parts are written leaves first, as flatbuffers wants it.
class Writer {
 public:
  Writer(const graph::Model& model, const WriteOptions& options)
      : model_(model), outside_(inline_bytes(model) > options.max_inline_bytes) {}

  Bytes write();

 private:
  using CodeKey = std::tuple<int32_t, std::string, int32_t>;  // builtin code, custom code, version

  static size_t inline_bytes(const graph::Model& model);
  uint32_t buffer_index(const graph::Buffer& data);
  uint32_t code_index(const graph::Subgraph& subgraph, const graph::Op& op);
  Offset<fb::Tensor> tensor(const graph::Tensor& from);
  Offset<flatbuffers::Vector<int64_t>> zero_points(const std::vector<int64_t>& from);
  Offset<fb::QuantizationParameters> quantization(const graph::Tensor& from, const TensorOpaque* opaque);
  Offset<fb::Operator> op(uint32_t subgraph, uint32_t index);
  Offset<fb::SubGraph> subgraph(uint32_t index);
  Offset<fb::SignatureDef> signature(const graph::Signature& from);
  Offset<flatbuffers::Vector<Offset<fb::TensorMap>>> entries(const std::vector<graph::SignatureEntry>& from);
  Offset<fb::Metadata> metadata(const graph::Metadata& from);
  Offset<flatbuffers::Vector<Offset<fb::Buffer>>> buffers();
  Offset<flatbuffers::Vector<Offset<fb::OperatorCode>>> codes();
  Offset<fb::Model> root();

  const graph::Model& model_;
  const bool outside_;  // large parts go behind the flatbuffer
  FlatBufferBuilder builder_{1 << 16};
  std::vector<graph::Buffer> buffers_;  // buffer i + 1 of the file
  std::map<const void*, uint32_t> buffer_indices_;
  std::map<std::vector<int64_t>, Offset<flatbuffers::Vector<int64_t>>> zero_points_;
  std::vector<bool> keep_inline_;  // of buffers_: metadata, which readers look for in the flatbuffer only
  std::vector<CodeKey> codes_;
  std::map<CodeKey, uint32_t> code_indices_;
  OutsideParts outside_parts_;
};

size_t Writer::inline_bytes(const graph::Model& model) {
  size_t total = 0;
  for (const graph::Subgraph& subgraph : model.subgraphs) {
    for (const graph::Tensor& tensor : subgraph.tensors) total += tensor.data == nullptr ? 0 : tensor.data->size();
    for (const graph::Op& op : subgraph.ops) total += op.custom_options.size();
  }
  return total;
}

uint32_t Writer::buffer_index(const graph::Buffer& data) {
  if (data == nullptr) return 0;
  const auto [place, is_new] = buffer_indices_.try_emplace(data.get(), static_cast<uint32_t>(buffers_.size() + 1));
  if (is_new) {
    buffers_.push_back(data);
    keep_inline_.push_back(false);
  }
  return place->second;
}

uint32_t Writer::code_index(const graph::Subgraph& subgraph, const graph::Op& op) {
  const int32_t code = builtin_code(op);
  ATOLL_CHECK(code >= 0, "an operator of no kind");
  const int32_t version = op.version > 0 ? op.version : lowest_version(subgraph, op);
  CodeKey key{code, op.custom_code, version};
  const auto [place, is_new] = code_indices_.try_emplace(key, static_cast<uint32_t>(codes_.size()));
  if (is_new) codes_.push_back(std::move(key));
  return place->second;
}

// Equal vectors are written once: per-channel weights have zeros for all their channels.
Offset<flatbuffers::Vector<int64_t>> Writer::zero_points(const std::vector<int64_t>& from) {
  if (from.empty()) return {};
  const auto [at, is_new] = zero_points_.try_emplace(from);
  if (is_new) at->second = builder_.CreateVector(from);
  return at->second;
}

Offset<fb::QuantizationParameters> Writer::quantization(const graph::Tensor& from, const TensorOpaque* opaque) {
  const graph::Quantization& quant = from.quant;
  const bool has_details = opaque != nullptr && opaque->details.type != fb::QuantizationDetails::NONE;
  if (quant == graph::Quantization{} && !has_details) return 0;
  const auto min = vector_or_null(builder_, quant.min);
  const auto max = vector_or_null(builder_, quant.max);
  const auto scale = vector_or_null(builder_, quant.scale);
  const auto zero_point = zero_points(quant.zero_point);
  const auto details = has_details ? opaque->details.Pack(builder_) : Offset<void>();
  const auto type = has_details ? opaque->details.type : fb::QuantizationDetails::NONE;
  return fb::CreateQuantizationParameters(builder_, min, max, scale, zero_point, type, details, quant.axis);
}

Offset<fb::Tensor> Writer::tensor(const graph::Tensor& from) {
  const auto* opaque = opaque_as<TensorOpaque>(from.opaque);
  const auto shape = builder_.CreateVector(from.shape);
  const auto name = builder_.CreateString(from.name);
  const auto quant = quantization(from, opaque);
  const auto sparsity = opaque != nullptr && opaque->sparsity != nullptr
                            ? fb::SparsityParameters::Pack(builder_, opaque->sparsity.get())
                            : Offset<fb::SparsityParameters>();
  const auto signature = vector_or_null(builder_, from.shape_signature);
  const auto variants = opaque != nullptr ? pack_list<fb::VariantSubType>(builder_, opaque->variant_tensors)
                                          : Offset<flatbuffers::Vector<Offset<fb::VariantSubType>>>();
  return fb::CreateTensor(builder_, shape, static_cast<fb::TensorType>(from.type), buffer_index(from.data), name, quant,
                          from.is_variable, sparsity, signature, from.has_rank, variants,
                          opaque != nullptr ? opaque->external_buffer : 0);
}

Offset<fb::Operator> Writer::op(uint32_t subgraph, uint32_t index) {
  const graph::Op& from = model_.subgraphs[subgraph].ops[index];
  const auto* opaque = opaque_as<OpOpaque>(from.opaque);
  const bool options_outside = outside_ && from.custom_options.size() > kSmallOptionsBytes;
  const auto inputs = builder_.CreateVector(from.inputs);
  const auto outputs = builder_.CreateVector(from.outputs);
  const auto intermediates = vector_or_null(builder_, from.intermediates);
  const auto custom_options =
      options_outside ? Offset<flatbuffers::Vector<uint8_t>>() : vector_or_null(builder_, from.custom_options);
  fb::BuiltinOptions type = fb::BuiltinOptions::NONE;
  const Offset<void> options = write_options(builder_, from, type);
  Offset<flatbuffers::Vector<uint8_t>> mutating;
  if (opaque != nullptr && !opaque->mutating_variable_inputs.empty()) {
    mutating = builder_.CreateVector(opaque->mutating_variable_inputs);
  }
  const bool has_options2 = opaque != nullptr && opaque->options2.type != fb::BuiltinOptions2::NONE;
  const auto options2 = has_options2 ? opaque->options2.Pack(builder_) : Offset<void>();
  if (options_outside) outside_parts_.add_custom_options(subgraph, index, from.custom_options);

  fb::OperatorBuilder to(builder_);
  to.add_opcode_index(code_index(model_.subgraphs[subgraph], from));
  to.add_inputs(inputs);
  to.add_outputs(outputs);
  to.add_builtin_options_type(type);
  to.add_builtin_options(options);
  to.add_custom_options(custom_options);
  to.add_mutating_variable_inputs(mutating);
  to.add_intermediates(intermediates);
  if (options_outside) {
    to.add_large_custom_options_offset(OutsideParts::kPlaceholder);
    to.add_large_custom_options_size(from.custom_options.size());
  }
  if (has_options2) to.add_builtin_options_2_type(opaque->options2.type);
  to.add_builtin_options_2(options2);
  if (opaque != nullptr) {
    to.add_custom_options_format(opaque->custom_options_format);
    to.add_debug_metadata_index(opaque->debug_metadata_index);
  }
  return to.Finish();
}

Offset<fb::SubGraph> Writer::subgraph(uint32_t index) {
  const graph::Subgraph& from = model_.subgraphs[index];
  std::vector<Offset<fb::Tensor>> tensors;
  for (const graph::Tensor& tensor_from : from.tensors) tensors.push_back(tensor(tensor_from));
  std::vector<Offset<fb::Operator>> ops;
  for (uint32_t i = 0; i < from.ops.size(); ++i) ops.push_back(op(index, i));
  const auto tensor_list = builder_.CreateVector(tensors);
  const auto inputs = builder_.CreateVector(from.inputs);
  const auto outputs = builder_.CreateVector(from.outputs);
  const auto op_list = builder_.CreateVector(ops);
  const auto name = string_or_null(builder_, from.name);
  const auto* opaque = opaque_as<SubgraphOpaque>(from.opaque);
  return fb::CreateSubGraph(builder_, tensor_list, inputs, outputs, op_list, name,
                            opaque != nullptr ? opaque->debug_metadata_index : -1);
}

Offset<flatbuffers::Vector<Offset<fb::TensorMap>>> Writer::entries(const std::vector<graph::SignatureEntry>& from) {
  std::vector<Offset<fb::TensorMap>> maps;
  for (const graph::SignatureEntry& entry : from) {
    const auto name = builder_.CreateString(entry.name);
    maps.push_back(fb::CreateTensorMap(builder_, name, static_cast<uint32_t>(entry.tensor)));
  }
  return builder_.CreateVector(maps);
}

Offset<fb::SignatureDef> Writer::signature(const graph::Signature& from) {
  const auto inputs = entries(from.inputs);
  const auto outputs = entries(from.outputs);
  const auto key = builder_.CreateString(from.key);
  const auto* opaque = opaque_as<SignatureOpaque>(from.opaque);
  const auto tag = opaque != nullptr ? builder_.CreateString(opaque->deprecated_tag) : Offset<flatbuffers::String>();
  return fb::CreateSignatureDef(builder_, inputs, outputs, key, tag, static_cast<uint32_t>(from.subgraph));
}

Offset<fb::Metadata> Writer::metadata(const graph::Metadata& from) {
  const auto name = builder_.CreateString(from.name);
  const uint32_t index = buffer_index(from.data);
  if (index > 0) keep_inline_[index - 1] = true;
  return fb::CreateMetadata(builder_, name, index);
}

Offset<flatbuffers::Vector<Offset<fb::Buffer>>> Writer::buffers() {
  std::vector<Offset<fb::Buffer>> list{fb::CreateBuffer(builder_)};
  for (uint32_t i = 0; i < buffers_.size(); ++i) {
    const std::vector<uint8_t>& bytes = *buffers_[i];
    if (outside_ && !keep_inline_[i] && !bytes.empty()) {
      outside_parts_.add_buffer(i + 1, bytes);
      list.push_back(fb::CreateBuffer(builder_, 0, OutsideParts::kPlaceholder, bytes.size()));
    } else {
      builder_.ForceVectorAlignment(bytes.size(), 1, kAlignment);
      const auto data = builder_.CreateVector(bytes.data(), bytes.size());
      list.push_back(fb::CreateBuffer(builder_, data));
    }
  }
  return builder_.CreateVector(list);
}

Offset<flatbuffers::Vector<Offset<fb::OperatorCode>>> Writer::codes() {
  constexpr int32_t kLastOneByteCode = static_cast<int32_t>(fb::BuiltinOperator::PLACEHOLDER_FOR_GREATER_OP_CODES);
  std::vector<Offset<fb::OperatorCode>> list;
  for (const auto& [code, custom_code, version] : codes_) {
    const auto name = string_or_null(builder_, custom_code);
    list.push_back(fb::CreateOperatorCode(builder_, static_cast<int8_t>(std::min(code, kLastOneByteCode)), name,
                                          version, static_cast<fb::BuiltinOperator>(code)));
  }
  return builder_.CreateVector(list);
}

Offset<fb::Model> Writer::root() {
  std::vector<Offset<fb::SubGraph>> subgraphs;
  for (uint32_t i = 0; i < model_.subgraphs.size(); ++i) subgraphs.push_back(subgraph(i));
  std::vector<Offset<fb::SignatureDef>> signatures;
  for (const graph::Signature& from : model_.signatures) signatures.push_back(signature(from));
  std::vector<Offset<fb::Metadata>> metadata_list;
  for (const graph::Metadata& from : model_.metadata) metadata_list.push_back(metadata(from));
  const auto* opaque = opaque_as<ModelOpaque>(model_.opaque);
  std::vector<int32_t> metadata_buffers;
  if (opaque != nullptr) {
    for (const graph::Buffer& data : opaque->metadata_buffers) {
      metadata_buffers.push_back(static_cast<int32_t>(buffer_index(data)));
      if (metadata_buffers.back() > 0) keep_inline_[static_cast<size_t>(metadata_buffers.back()) - 1] = true;
    }
  }
  const auto code_list = codes();
  const auto subgraph_list = builder_.CreateVector(subgraphs);
  const auto description = string_or_null(builder_, model_.description);
  const auto buffer_list = buffers();
  const auto metadata_buffer_list = vector_or_null(builder_, metadata_buffers);
  const auto metadata_offset = vector_or_null(builder_, metadata_list);
  const auto signature_list = vector_or_null(builder_, signatures);
  Offset<flatbuffers::Vector<Offset<fb::ExternalBufferGroup>>> groups;
  Offset<flatbuffers::Vector<Offset<fb::ExternalBuffer>>> externals;
  if (opaque != nullptr) {
    groups = pack_list<fb::ExternalBufferGroup>(builder_, opaque->external_buffer_groups);
    externals = pack_list<fb::ExternalBuffer>(builder_, opaque->external_buffers);
  }
  return fb::CreateModel(builder_, model_.version, code_list, subgraph_list, description, buffer_list,
                         metadata_buffer_list, metadata_offset, signature_list, groups, externals);
}

Bytes Writer::write() {
  fb::FinishModelBuffer(builder_, root());
  Bytes file(builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize());
  builder_.Release();
  if (!outside_parts_.empty()) outside_parts_.append(file);
  return file;
}

}  // namespace

Bytes write_model(const graph::Model& model, const WriteOptions& options) { return Writer(model, options).write(); }

Status save_model(const graph::Model& model, const std::string& path) { return write_file(path, write_model(model)); }

}  // namespace atl::tflite

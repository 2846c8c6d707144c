#include "tests/tflite/canonical.h"

#include <algorithm>
#include <map>

#include "schema_generated.h"

namespace atl::tflite::testing {
namespace {

namespace fb = ::atl::tflite::schema;

// Renumbers buffers in order of use, each use with a buffer of its own; an empty buffer is number 0.
class Buffers {
 public:
  explicit Buffers(const fb::ModelT& model) : from_(model.buffers) { to_.push_back(std::make_unique<fb::BufferT>()); }

  uint32_t renumbered(uint32_t index) {
    if (index == 0 || from_.at(index)->data.empty()) return 0;
    to_.push_back(std::make_unique<fb::BufferT>(*from_.at(index)));
    return static_cast<uint32_t>(to_.size()) - 1;
  }
  std::vector<std::unique_ptr<fb::BufferT>> take() { return std::move(to_); }

 private:
  const std::vector<std::unique_ptr<fb::BufferT>>& from_;
  std::vector<std::unique_ptr<fb::BufferT>> to_;
};

bool says_nothing(const fb::QuantizationParametersT& quant) {
  return quant.min.empty() && quant.max.empty() && quant.scale.empty() && quant.zero_point.empty() &&
         quant.details.type == fb::QuantizationDetails::NONE && quant.quantized_dimension == 0;
}

// Gives every operator a code of its own, both code fields filled in.
void renumber_codes(fb::ModelT& model) {
  std::vector<std::unique_ptr<fb::OperatorCodeT>> codes;
  for (auto& subgraph : model.subgraphs) {
    for (auto& op : subgraph->operators) {
      auto code = std::make_unique<fb::OperatorCodeT>(*model.operator_codes.at(op->opcode_index));
      const int value = std::max(static_cast<int>(code->deprecated_builtin_code), static_cast<int>(code->builtin_code));
      code->builtin_code = static_cast<fb::BuiltinOperator>(value);
      code->deprecated_builtin_code = static_cast<int8_t>(std::min(value, 127));
      op->opcode_index = static_cast<uint32_t>(codes.size());
      codes.push_back(std::move(code));
    }
  }
  model.operator_codes = std::move(codes);
}

}  // namespace

bool has_canonical_form(std::span<const uint8_t> file) {
  const auto aligned = [](const flatbuffers::Vector<int64_t>* zero_points) {
    return zero_points == nullptr || reinterpret_cast<uintptr_t>(zero_points->Data()) % alignof(int64_t) == 0;
  };
  for (const fb::SubGraph* subgraph : *fb::GetModel(file.data())->subgraphs()) {
    for (const fb::Tensor* tensor : *subgraph->tensors()) {
      if (tensor->quantization() != nullptr && !aligned(tensor->quantization()->zero_point())) return false;
    }
  }
  return true;
}

std::vector<uint8_t> canonical_form(std::span<const uint8_t> file) {
  fb::ModelT model;
  fb::GetModel(file.data())->UnPackTo(&model);
  renumber_codes(model);
  Buffers buffers(model);
  for (auto& subgraph : model.subgraphs) {
    for (auto& tensor : subgraph->tensors) {
      tensor->buffer = buffers.renumbered(tensor->buffer);
      if (tensor->quantization != nullptr && says_nothing(*tensor->quantization)) tensor->quantization = nullptr;
    }
  }
  for (auto& entry : model.metadata) entry->buffer = buffers.renumbered(entry->buffer);
  for (int32_t& index : model.metadata_buffer) {
    index = static_cast<int32_t>(buffers.renumbered(static_cast<uint32_t>(index)));
  }
  model.buffers = buffers.take();
  flatbuffers::FlatBufferBuilder builder(1 << 16);
  builder.Finish(fb::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace atl::tflite::testing

#include "common/tflite/reader.h"

#include <limits>

#include "common/base/file.h"
#include "common/graph/builtin_names.h"
#include "common/graph/open_shapes.h"
#include "common/graph/problems.h"
#include "common/graph/quantized_axis.h"
#include "common/graph/sparse_form.h"
#include "common/graph/verifier.h"
#include "common/tflite/file_check.h"
#include "common/tflite/read_op.h"
#include "common/tflite/read_tensor.h"

namespace atl::tflite {
namespace {

constexpr uint32_t kFormatVersion = 3;
constexpr size_t kShownWarnings = 20;

// Reads one checked file. Problems are collected; the model is worth something only when there are none.
class Reader {
 public:
  Reader(std::span<const uint8_t> file, const fb::Model& from)
      : from_(from), budget_(file.size()), buffers_(file, from, budget_) {}

  Result<graph::Model> read();
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void read_subgraph(const fb::SubGraph& from, size_t index);
  void read_tensors(const fb::SubGraph& from, const std::string& place, graph::Subgraph& to);
  void read_ops(const fb::SubGraph& from, const std::string& place, graph::Subgraph& to);
  void read_signatures();
  void read_metadata();
  void read_opaque();
  std::vector<graph::SignatureEntry> entries(const flatbuffers::Vector<flatbuffers::Offset<fb::TensorMap>>* from);
  graph::Buffer buffer(uint32_t index, const std::string& place);
  void warn(std::string message) {
    if (warnings_.size() < kShownWarnings) warnings_.push_back(std::move(message));
  }

  const fb::Model& from_;
  Budget budget_;
  BufferTable buffers_;
  graph::Problems problems_;
  std::vector<std::string> warnings_;
  graph::Model model_;
};

// Prefix of messages about a subgraph: nothing for the main one, which most models have alone.
std::string subgraph_place(size_t index) { return index == 0 ? "" : fmt::format("subgraph #{}: ", index); }

graph::Buffer Reader::buffer(uint32_t index, const std::string& place) {
  Result<graph::Buffer> buffer = buffers_.get(index);
  if (buffer.ok()) return *buffer;
  problems_.add_at(place, buffer.error());
  return nullptr;
}

void Reader::read_tensors(const fb::SubGraph& from, const std::string& place, graph::Subgraph& to) {
  if (from.tensors() == nullptr) return;
  for (const fb::Tensor* tensor : *from.tensors()) {
    if (budget_.overdrawn()) return;
    const std::string_view name = tensor->name() == nullptr ? "" : tensor->name()->string_view();
    const std::string label = fmt::format("{}tensor #{} {}", place, to.tensors.size(), graph::quoted(name));
    to.tensors.push_back(read_tensor(*tensor, label, buffers_, budget_, problems_));
    if (std::string text = graph::repair_quantized_axis(to.tensors.back(), label); !text.empty()) warn(text);
  }
}

const graph::Tensor* tensor_at(const graph::Subgraph& subgraph, int32_t index) {
  return index >= 0 && static_cast<size_t>(index) < subgraph.tensors.size()
             ? &subgraph.tensors[static_cast<size_t>(index)]
             : nullptr;
}

// The first tensor among an op's operands that is not plain, -1 when all are, or when DENSIFY makes it so.
int32_t encoded_operand(const graph::Subgraph& subgraph, const graph::Op& op) {
  for (const auto* list : {&op.inputs, &op.outputs}) {
    for (int32_t index : *list) {
      const graph::Tensor* tensor = tensor_at(subgraph, index);
      if (tensor == nullptr || tensor->plain) continue;
      const bool densified = op.kind == graph::OpKind::kDensify && graph::sparse_form(*tensor) != nullptr;
      if (!densified) return index;
    }
  }
  return -1;
}

// For messages about an operator that could not be read.
std::string operator_name(const fb::Operator& op, const fb::Model& model) {
  const uint32_t codes = model.operator_codes() == nullptr ? 0 : model.operator_codes()->size();
  return op.opcode_index() < codes ? graph::builtin_name(builtin_code(*model.operator_codes()->Get(op.opcode_index())))
                                   : "operator";
}

void Reader::read_ops(const fb::SubGraph& from, const std::string& place, graph::Subgraph& to) {
  if (from.operators() == nullptr) return;
  for (const fb::Operator* from_op : *from.operators()) {
    if (budget_.overdrawn()) return;
    Result<graph::Op> read = read_op(*from_op, from_, buffers_, budget_);
    if (!read.ok()) {
      const std::string label = fmt::format("{}{} #{}", place, operator_name(*from_op, from_), to.ops.size());
      problems_.add_at(label, read.error());
      to.ops.emplace_back();
      continue;
    }
    to.ops.push_back(std::move(read).value());
    graph::Op& op = to.ops.back();
    const int32_t encoded = encoded_operand(to, op);
    if (op.kind == graph::OpKind::kUnknown || encoded < 0) continue;
    const std::string label = graph::op_label(to, to.ops.size() - 1);
    graph::set_aside(op, fmt::format("uses {}, which is sparse, quantized in blocks or kept in another file",
                                     graph::tensor_label(to, static_cast<size_t>(encoded))));
    warn(fmt::format("{}{} {}; it is kept but can't be run", place, label, op.set_aside));
  }
}

// A tensor without elements that is computed or fed is no constant, whatever its (empty) buffer says.
void drop_empty_data_of_computed(graph::Subgraph& subgraph) {
  const auto drop = [&](const std::vector<int32_t>& indices) {
    for (int32_t index : indices) {
      if (tensor_at(subgraph, index) == nullptr) continue;
      graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(index)];
      if (tensor.data != nullptr && tensor.data->empty()) tensor.data = nullptr;
    }
  };
  drop(subgraph.inputs);
  for (const graph::Op& op : subgraph.ops) drop(op.outputs);
}

void Reader::read_subgraph(const fb::SubGraph& from, size_t index) {
  graph::Subgraph to;
  const std::string place = subgraph_place(index);
  to.name = budget_.copy(from.name());
  to.inputs = budget_.copy(from.inputs());
  to.outputs = budget_.copy(from.outputs());
  if (from.debug_metadata_index() != -1) {
    auto opaque = std::make_shared<SubgraphOpaque>();
    opaque->debug_metadata_index = from.debug_metadata_index();
    to.opaque = opaque;
  }
  read_tensors(from, place, to);
  read_ops(from, place, to);
  drop_empty_data_of_computed(to);
  graph::mark_open_shapes(to, index == 0);
  model_.subgraphs.push_back(std::move(to));
}

std::vector<graph::SignatureEntry> Reader::entries(
    const flatbuffers::Vector<flatbuffers::Offset<fb::TensorMap>>* from) {
  std::vector<graph::SignatureEntry> entries;
  if (from == nullptr) return entries;
  for (const fb::TensorMap* entry : *from) {
    if (!budget_.spend(sizeof(graph::SignatureEntry))) break;
    constexpr uint32_t kLargest = std::numeric_limits<int32_t>::max();
    entries.push_back({budget_.copy(entry->name()), static_cast<int32_t>(std::min(entry->tensor_index(), kLargest))});
  }
  return entries;
}

void Reader::read_signatures() {
  if (from_.signature_defs() == nullptr) return;
  for (const fb::SignatureDef* from : *from_.signature_defs()) {
    if (!budget_.spend(sizeof(graph::Signature))) return;
    graph::Signature to;
    to.key = budget_.copy(from->signature_key());
    constexpr uint32_t kLargest = std::numeric_limits<int32_t>::max();
    to.subgraph = static_cast<int32_t>(std::min(from->subgraph_index(), kLargest));
    to.inputs = entries(from->inputs());
    to.outputs = entries(from->outputs());
    if (from->deprecated_tag() != nullptr) {
      auto opaque = std::make_shared<SignatureOpaque>();
      opaque->deprecated_tag = budget_.copy(from->deprecated_tag());
      to.opaque = opaque;
    }
    model_.signatures.push_back(std::move(to));
  }
}

void Reader::read_metadata() {
  if (from_.metadata() == nullptr) return;
  for (const fb::Metadata* from : *from_.metadata()) {
    if (!budget_.spend(sizeof(graph::Metadata))) return;
    graph::Metadata to;
    to.name = budget_.copy(from->name());
    to.data = buffer(from->buffer(), "metadata " + graph::quoted(to.name));
    model_.metadata.push_back(std::move(to));
  }
}

void Reader::read_opaque() {
  auto opaque = std::make_shared<ModelOpaque>();
  if (from_.metadata_buffer() != nullptr) {
    for (int32_t index : *from_.metadata_buffer()) {
      if (!budget_.spend(sizeof(graph::Buffer))) return;
      opaque->metadata_buffers.push_back(buffer(static_cast<uint32_t>(index), "list of metadata buffers"));
    }
  }
  if (from_.external_buffer_groups() != nullptr) {
    for (const fb::ExternalBufferGroup* group : *from_.external_buffer_groups()) {
      if (!budget_.spend(sizeof(fb::ExternalBufferGroupT) + (group->name() ? group->name()->size() : 0))) return;
      opaque->external_buffer_groups.emplace_back(group->UnPack());
    }
  }
  if (from_.external_buffers() != nullptr) {
    for (const fb::ExternalBuffer* buffer : *from_.external_buffers()) {
      if (!budget_.spend(sizeof(fb::ExternalBufferT) + (buffer->packing() ? buffer->packing()->size() : 0))) return;
      opaque->external_buffers.emplace_back(buffer->UnPack());
    }
  }
  model_.opaque = std::move(opaque);
}

Result<graph::Model> Reader::read() {
  model_.version = from_.version();
  if (model_.version != kFormatVersion) {
    return make_error(ErrorCode::kInvalid, "the model is of format version {}; only version {} is in use",
                      model_.version, kFormatVersion);
  }
  model_.description = budget_.copy(from_.description());
  if (from_.subgraphs() != nullptr) {
    for (const fb::SubGraph* subgraph : *from_.subgraphs()) read_subgraph(*subgraph, model_.subgraphs.size());
  }
  if (model_.subgraphs.empty()) problems_.add("the model has no subgraph");
  read_signatures();
  read_metadata();
  read_opaque();
  if (budget_.overdrawn()) {
    return make_error(ErrorCode::kInvalid,
                      "the model refers to the same parts so often that it would unpack to many times its size; "
                      "no converter writes such a file");
  }
  ATOLL_TRY(problems_.status());
  return std::move(model_);
}

bool is_aligned(std::span<const uint8_t> bytes) { return reinterpret_cast<uintptr_t>(bytes.data()) % 16 == 0; }

}  // namespace

Result<graph::Model> read_model(std::span<const uint8_t> bytes, std::vector<std::string>* warnings) {
  if (!is_aligned(bytes)) {
    const Bytes copy(bytes.begin(), bytes.end());
    return read_model(copy, warnings);
  }
  ATOLL_TRY(check_file(bytes));
  Reader reader(bytes, *fb::GetModel(bytes.data()));
  Result<graph::Model> model = reader.read();
  if (warnings != nullptr) warnings->insert(warnings->end(), reader.warnings().begin(), reader.warnings().end());
  return model;
}

Result<graph::Model> load_model(const std::string& path, std::vector<std::string>* warnings) {
  ATOLL_ASSIGN(const Bytes bytes, read_file(path));
  std::vector<std::string> found;
  Result<graph::Model> model = read_model(bytes, &found);
  if (!model.ok()) return std::move(model).error().with_place(path);
  Status status = graph::verify(*model);
  if (!status.ok()) return std::move(status).error().with_place(path);
  if (warnings != nullptr) {
    for (const std::string& warning : found) warnings->push_back(path + ": " + warning);
  }
  return model;
}

}  // namespace atl::tflite

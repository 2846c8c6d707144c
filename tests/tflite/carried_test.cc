// What the IR has no name for is carried from file to file.
#include <catch2/catch.hpp>

#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "tests/tflite/canonical.h"
#include "tests/tflite/schema_models.h"

using namespace atl;
using tflite::testing::packed;
using tflite::testing::tensor;
namespace fb = atl::tflite::schema;

namespace {

std::unique_ptr<fb::TensorT> sparse_tensor() {
  auto sparse = tensor("sparse", {2, 2});
  sparse->buffer = 1;
  sparse->type = fb::TensorType::UINT8;
  sparse->sparsity = std::make_unique<fb::SparsityParametersT>();
  sparse->sparsity->traversal_order = {0, 1};
  sparse->sparsity->block_map = {1};
  sparse->sparsity->dim_metadata.push_back(std::make_unique<fb::DimensionMetadataT>());
  sparse->sparsity->dim_metadata[0]->format = fb::DimensionType::SPARSE_CSR;
  fb::Uint8VectorT segments;
  segments.values = {0, 2};
  sparse->sparsity->dim_metadata[0]->array_segments.Set(std::move(segments));
  fb::Int32VectorT indices;
  indices.values = {0, 1};
  sparse->sparsity->dim_metadata[0]->array_indices.Set(std::move(indices));
  return sparse;
}

std::unique_ptr<fb::TensorT> blockwise_tensor() {
  auto blockwise = tensor("blockwise", {4});
  blockwise->quantization = std::make_unique<fb::QuantizationParametersT>();
  fb::BlockwiseQuantizationT blocks;
  blocks.scales = 1;
  blocks.zero_points = -1;
  blocks.block_size = 2;
  blockwise->quantization->details.Set(std::move(blocks));
  blockwise->external_buffer = 7;
  return blockwise;
}

std::unique_ptr<fb::TensorT> variant_tensor() {
  auto variant = tensor("variant", {});
  variant->type = fb::TensorType::VARIANT;
  variant->variant_tensors.push_back(std::make_unique<fb::VariantSubTypeT>());
  variant->variant_tensors[0]->shape = {3, -1};
  variant->variant_tensors[0]->has_rank = true;
  variant->is_variable = true;
  return variant;
}

std::unique_ptr<fb::TensorT> ranged_tensor() {
  auto ranged = tensor("ranged", {1, 1, 1, 1});
  ranged->shape_signature = {-1, 1, 1, 1};
  ranged->quantization = std::make_unique<fb::QuantizationParametersT>();
  ranged->quantization->min = {-1};
  ranged->quantization->max = {1};
  return ranged;
}

std::unique_ptr<fb::OperatorT> composite_operator() {
  auto op = std::make_unique<fb::OperatorT>();
  op->opcode_index = 0;
  op->inputs = {0, -1};
  op->outputs = {4};
  op->mutating_variable_inputs = {false, true};
  op->intermediates = {2};
  op->debug_metadata_index = 9;
  fb::StableHLOCompositeOptionsT composite;
  composite.name = "odml.thing";
  composite.decomposition_subgraph_index = 1;
  composite.composite_attributes = {1, 2};
  op->builtin_options_2.Set(std::move(composite));
  return op;
}

std::unique_ptr<fb::OperatorT> dense_operator() {
  auto op = std::make_unique<fb::OperatorT>();
  op->opcode_index = 1;
  op->inputs = {0, 1, -1};
  op->outputs = {3};
  fb::FullyConnectedOptionsT dense;
  dense.keep_num_dims = true;
  op->builtin_options.Set(std::move(dense));
  return op;
}

std::unique_ptr<fb::OperatorCodeT> operator_code(fb::BuiltinOperator code, int8_t old_code, int32_t version) {
  auto result = std::make_unique<fb::OperatorCodeT>();
  result->builtin_code = code;
  result->deprecated_builtin_code = old_code;
  result->version = version;
  return result;
}

void add_everything_beside_the_graph(fb::ModelT& from) {
  from.metadata.push_back(std::make_unique<fb::MetadataT>());
  from.metadata[0]->name = "min_runtime_version";
  from.metadata[0]->buffer = 2;
  from.metadata_buffer = {3, 0};
  from.signature_defs.push_back(std::make_unique<fb::SignatureDefT>());
  from.signature_defs[0]->signature_key = "serving_default";
  from.signature_defs[0]->deprecated_tag = "serve";
  from.signature_defs[0]->inputs.push_back(std::make_unique<fb::TensorMapT>());
  from.signature_defs[0]->inputs[0]->name = "image";
  from.external_buffer_groups.push_back(std::make_unique<fb::ExternalBufferGroupT>());
  from.external_buffer_groups[0]->name = "weights.bin";
  from.external_buffers.push_back(std::make_unique<fb::ExternalBufferT>());
  from.external_buffers[0]->id = 7;
  from.external_buffers[0]->offset = 1;
  from.external_buffers[0]->length = 5'000'000'000;
  from.external_buffers[0]->packing = "raw";
}

// A model with at least one of everything that the IR does not interpret.
fb::ModelT everything() {
  fb::ModelT from;
  from.version = 3;
  from.description = "everything";
  for (int i = 0; i < 5; ++i) from.buffers.push_back(std::make_unique<fb::BufferT>());
  from.buffers[1]->data = {1, 2, 3, 4};
  from.buffers[2]->data = {5};
  from.buffers[3]->data = {6};
  from.buffers[4]->data = {0x80, 0x3f, 0, 0};
  auto subgraph = std::make_unique<fb::SubGraphT>();
  subgraph->name = "main";
  subgraph->debug_metadata_index = 3;
  subgraph->tensors.push_back(tensor("x", {1, 2, 2, 1}));
  subgraph->tensors.push_back(sparse_tensor());
  subgraph->tensors.push_back(blockwise_tensor());
  subgraph->tensors.push_back(variant_tensor());
  subgraph->tensors.push_back(ranged_tensor());
  subgraph->inputs = {0};
  subgraph->outputs = {4};
  from.operator_codes.push_back(operator_code(fb::BuiltinOperator::STABLEHLO_COMPOSITE, 127, 4));
  from.operator_codes.push_back(operator_code(fb::BuiltinOperator::FULLY_CONNECTED, 9, 12));
  subgraph->operators.push_back(composite_operator());
  subgraph->operators.push_back(dense_operator());
  from.subgraphs.push_back(std::move(subgraph));
  from.subgraphs.push_back(std::make_unique<fb::SubGraphT>());
  from.subgraphs[1]->name = "decomposition";
  add_everything_beside_the_graph(from);
  return from;
}

}  // namespace

TEST_CASE("what the IR has no name for is kept") {
  const Bytes file = packed(everything());
  std::vector<std::string> warnings;
  const Result<graph::Model> model = tflite::read_model(file, &warnings);
  REQUIRE(model.ok());
  CHECK((tflite::testing::canonical_form(tflite::write_model(*model)) == tflite::testing::canonical_form(file)));

  const graph::Subgraph& main = model->main();
  CHECK_FALSE(main.tensors[1].plain);
  CHECK_FALSE(main.tensors[2].plain);
  CHECK(main.tensors[3].plain);
  CHECK(main.ops[0].builtin_code == 206);
  CHECK(main.ops[0].version == 4);
  CHECK(main.ops[1].kind == graph::OpKind::kUnknown);  // its weights are sparse
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] ==
        "FULLY_CONNECTED #1 'variant' uses tensor #1 'sparse', which is sparse, quantized in blocks or kept in another "
        "file; it is kept but can't be run");
}

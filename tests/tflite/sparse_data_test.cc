// Sparse constants: levels, blocks and orders of traversal, and parts that don't go together.
#include "common/tflite/sparse_data.h"

#include <catch2/catch.hpp>

using namespace atl;
namespace fb = atl::tflite::fb;

namespace {

std::unique_ptr<fb::DimensionMetadataT> dense(int32_t size) {
  auto level = std::make_unique<fb::DimensionMetadataT>();
  level->format = fb::DimensionType::DENSE;
  level->dense_size = size;
  return level;
}

std::unique_ptr<fb::DimensionMetadataT> listed(std::vector<int32_t> segments, std::vector<uint8_t> indices) {
  auto level = std::make_unique<fb::DimensionMetadataT>();
  level->format = fb::DimensionType::SPARSE_CSR;
  fb::Int32VectorT wide;
  wide.values = std::move(segments);
  fb::Uint8VectorT narrow;
  narrow.values = std::move(indices);
  level->array_segments.Set(std::move(wide));
  level->array_indices.Set(std::move(narrow));
  return level;
}

// Rows dense, columns listed: 0 0 7 0; 0 0 0 0; 8 0 0 9.
fb::SparsityParametersT rows() {
  fb::SparsityParametersT sparsity;
  sparsity.traversal_order = {0, 1};
  sparsity.dim_metadata.push_back(dense(3));
  sparsity.dim_metadata.push_back(listed({0, 1, 1, 3}, {2, 0, 3}));
  return sparsity;
}

const std::vector<uint8_t> kStored{7, 8, 9};

Result<std::vector<uint8_t>> expanded(const fb::SparsityParametersT& sparsity, const graph::Shape& shape,
                                      const std::vector<uint8_t>& stored) {
  std::vector<uint8_t> bytes(static_cast<size_t>(graph::num_elements(shape)), 0xee);
  const Status status = tflite::write_sparse(sparsity, shape, 1, stored, bytes);
  if (!status.ok()) return Error(status.error());
  return bytes;
}

}  // namespace

TEST_CASE("compressed rows, and columns that are walked first") {
  const auto by_rows = expanded(rows(), {3, 4}, kStored);
  REQUIRE(by_rows.ok());
  CHECK(*by_rows == std::vector<uint8_t>{0, 0, 7, 0, 0, 0, 0, 0, 8, 0, 0, 9});
  fb::SparsityParametersT by_columns = rows();
  by_columns.traversal_order = {1, 0};
  const auto turned = expanded(by_columns, {4, 3}, kStored);
  REQUIRE(turned.ok());
  CHECK(*turned == std::vector<uint8_t>{0, 0, 8, 0, 0, 0, 7, 0, 0, 0, 0, 9});
}

TEST_CASE("blocks of two columns: the place within a block is a level of its own") {
  fb::SparsityParametersT sparsity;
  sparsity.traversal_order = {0, 1, 2};
  sparsity.block_map = {1};
  sparsity.dim_metadata.push_back(dense(2));
  sparsity.dim_metadata.push_back(listed({0, 1, 2}, {1, 0}));
  sparsity.dim_metadata.push_back(dense(2));
  const auto bytes = expanded(sparsity, {2, 4}, {1, 2, 3, 4});
  REQUIRE(bytes.ok());
  CHECK(*bytes == std::vector<uint8_t>{0, 0, 1, 2, 3, 4, 0, 0});
}

TEST_CASE("elements of several bytes stay together") {
  fb::SparsityParametersT sparsity;
  sparsity.traversal_order = {0};
  sparsity.dim_metadata.push_back(listed({0, 1}, {1}));
  std::vector<uint8_t> bytes(6);
  const std::vector<uint8_t> stored{1, 2};
  REQUIRE(tflite::write_sparse(sparsity, {3}, 2, stored, bytes).ok());
  CHECK(bytes == std::vector<uint8_t>{0, 0, 1, 2, 0, 0});
}

TEST_CASE("parts that don't go together are refused") {
  const auto refused = [](const fb::SparsityParametersT& sparsity, const graph::Shape& shape,
                          const std::vector<uint8_t>& stored) { return !expanded(sparsity, shape, stored).ok(); };
  CHECK(refused(rows(), {3, 4}, {7, 8}));      // too few elements stored
  CHECK(refused(rows(), {3, 3}, kStored));     // an index outside its axis
  CHECK(refused(rows(), {2, 4}, kStored));     // another number of rows
  CHECK(refused(rows(), {3, 4, 1}, kStored));  // another rank
  fb::SparsityParametersT broken = rows();
  broken.traversal_order = {0, 0};
  CHECK(refused(broken, {3, 4}, kStored));
  broken = rows();
  broken.dim_metadata[1] = listed({0, 1, 3}, {2, 0, 3});  // a segment short
  CHECK(refused(broken, {3, 4}, kStored));
  broken = rows();
  broken.dim_metadata[1] = listed({0, 1, 1, 9}, {2, 0, 3});  // beyond the indices
  CHECK(refused(broken, {3, 4}, kStored));
  broken = rows();
  broken.block_map = {1};
  CHECK(refused(broken, {3, 4}, kStored));
}

#include "common/tflite/sparse_data.h"

#include <algorithm>
#include <cstring>

namespace atl::tflite {
namespace {

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorCode::kInvalid, format, std::forward<Args>(args)...);
}

std::vector<int64_t> index_list(const fb::SparseIndexVectorUnion& from) {
  const auto widened = [](const auto* vector) {
    return vector == nullptr ? std::vector<int64_t>()
                             : std::vector<int64_t>(vector->values.begin(), vector->values.end());
  };
  switch (from.type) {
    case fb::SparseIndexVector::Int32Vector: return widened(from.AsInt32Vector());
    case fb::SparseIndexVector::Uint16Vector: return widened(from.AsUint16Vector());
    case fb::SparseIndexVector::Uint8Vector: return widened(from.AsUint8Vector());
    case fb::SparseIndexVector::NONE: break;
  }
  return {};
}

constexpr size_t kMaxLevels = 32;  // far beyond the format's tensors; each is a call deep

struct Level {
  int64_t extent = 0;  // indices along it
  int64_t step = 0;    // elements of the dense tensor from one index to the next
  bool sparse = false;
  std::vector<int64_t> segments, indices;  // of a sparse one: parent p has indices segments[p] to segments[p + 1] - 1
};

class Tree {
 public:
  static Result<Tree> make(const fb::SparsityParametersT& sparsity, const graph::Shape& shape) {
    Tree tree;
    const size_t axes = shape.size(), blocks = sparsity.block_map.size(), levels = sparsity.traversal_order.size();
    if (levels > kMaxLevels || levels != axes + blocks || sparsity.dim_metadata.size() != levels) {
      return invalid("its sparsity has {} levels and {} blocks, and the tensor {} axes", levels, blocks, axes);
    }
    ATOLL_ASSIGN(const std::vector<int64_t> sizes, block_sizes(sparsity, shape));
    std::vector<int64_t> strides(axes, 1);
    for (size_t axis = axes; axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
    std::vector<bool> seen(levels, false);
    for (size_t i = 0; i < levels; ++i) {
      const auto which = static_cast<size_t>(sparsity.traversal_order[i]);
      if (which >= levels || seen[which]) return invalid("its order of traversal is no permutation");
      seen[which] = true;
      const bool is_block = which >= axes;
      const size_t axis = is_block ? static_cast<size_t>(sparsity.block_map[which - axes]) : which;
      ATOLL_ASSIGN(Level level, read_level(*sparsity.dim_metadata[i]));
      level.extent = is_block ? sizes[axis] : shape[axis] / sizes[axis];
      level.step = is_block ? strides[axis] : strides[axis] * sizes[axis];
      if (!level.sparse && sparsity.dim_metadata[i]->dense_size != level.extent) {
        return invalid("level {} of its sparsity has {} indices; its axis has {}", i,
                       sparsity.dim_metadata[i]->dense_size, level.extent);
      }
      tree.levels_.push_back(std::move(level));
    }
    return tree;
  }

  // body(stored index, place in the dense tensor) for every leaf.
  template <typename Body>
  Status for_each_leaf(const Body& body) const {
    return descend(0, 0, 0, body);
  }

 private:
  // By axis; 1 where it has no blocks.
  static Result<std::vector<int64_t>> block_sizes(const fb::SparsityParametersT& sparsity, const graph::Shape& shape) {
    std::vector<int64_t> sizes(shape.size(), 1);
    for (size_t i = 0; i < sparsity.traversal_order.size(); ++i) {
      const int64_t block = int64_t{sparsity.traversal_order[i]} - static_cast<int64_t>(shape.size());
      if (block < 0) continue;
      if (block >= static_cast<int64_t>(sparsity.block_map.size())) return invalid("its sparsity has an unknown block");
      const auto axis = static_cast<size_t>(sparsity.block_map[static_cast<size_t>(block)]);
      const int64_t size = sparsity.dim_metadata[i]->dense_size;
      if (axis >= shape.size() || sizes[axis] != 1 || size < 1 || shape[axis] % size != 0) {
        return invalid("its sparsity has blocks of {} along axis {} of shape {}", size, axis, graph::shape_text(shape));
      }
      sizes[axis] = size;
    }
    return sizes;
  }

  static Result<Level> read_level(const fb::DimensionMetadataT& from) {
    Level level;
    level.sparse = from.format == fb::DimensionType::SPARSE_CSR;
    if (!level.sparse) return level;
    level.segments = index_list(from.array_segments), level.indices = index_list(from.array_indices);
    const bool ordered = std::is_sorted(level.segments.begin(), level.segments.end());
    if (!ordered || level.segments.empty() || level.segments.front() < 0 ||
        level.segments.back() > static_cast<int64_t>(level.indices.size())) {
      return invalid("the segments of its sparsity do not fit its {} indices", level.indices.size());
    }
    return level;
  }

  template <typename Body>
  Status descend(size_t depth, int64_t parent, int64_t place, const Body& body) const {
    if (depth == levels_.size()) return body(parent, place);
    const Level& level = levels_[depth];
    if (!level.sparse) {
      for (int64_t i = 0; i < level.extent; ++i) {
        ATOLL_TRY(descend(depth + 1, parent * level.extent + i, place + i * level.step, body));
      }
      return {};
    }
    if (parent + 1 >= static_cast<int64_t>(level.segments.size())) return invalid("its sparsity has too few segments");
    for (int64_t i = level.segments[static_cast<size_t>(parent)]; i < level.segments[static_cast<size_t>(parent) + 1];
         ++i) {
      const int64_t index = level.indices[static_cast<size_t>(i)];
      if (index < 0 || index >= level.extent) return invalid("index {} of its sparsity is outside its axis", index);
      ATOLL_TRY(descend(depth + 1, i, place + index * level.step, body));
    }
    return {};
  }

  std::vector<Level> levels_;
};

}  // namespace

Status write_sparse(const fb::SparsityParametersT& sparsity, const graph::Shape& shape, size_t element,
                    std::span<const uint8_t> stored, std::span<uint8_t> dense) {
  ATOLL_CHECK(dense.size() == static_cast<size_t>(graph::num_elements(shape)) * element);
  ATOLL_ASSIGN(const Tree tree, Tree::make(sparsity, shape));
  std::fill(dense.begin(), dense.end(), uint8_t{0});
  if (dense.empty()) return {};
  return tree.for_each_leaf([&](int64_t index, int64_t place) -> Status {
    const size_t from = static_cast<size_t>(index) * element;
    if (from + element > stored.size())
      return invalid("it stores {} bytes, fewer than its sparsity speaks of", stored.size());
    std::memcpy(&dense[static_cast<size_t>(place) * element], &stored[from], element);
    return {};
  });
}

bool TensorOpaque::is_readable() const {
  return sparsity != nullptr && external_buffer == 0 && details.type <= fb::QuantizationDetails::CustomQuantization;
}

Status TensorOpaque::write_dense(const graph::Tensor& tensor, std::span<uint8_t> dense) const {
  const int bits = graph::dtype_bits(tensor.type);
  if (bits < 8) return invalid("sparse tensors of type {} can't be read", graph::dtype_name(tensor.type));
  const std::span<const uint8_t> stored = tensor.data == nullptr ? std::span<const uint8_t>() : *tensor.data;
  return write_sparse(*sparsity, tensor.shape, static_cast<size_t>(bits / 8), stored, dense);
}

}  // namespace atl::tflite

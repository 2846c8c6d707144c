// Slices chosen by index: GATHER, GATHER_ND, EMBEDDING_LOOKUP of equal types. An index out of range is an error at run.
#include <cstring>

#include "common/kernels/interface/index_list.h"
#include "common/kernels/move/kernels.h"
#include "common/kernels/move/packed.h"
#include "common/kernels/move/pieces.h"

namespace atl::kernels::move {
namespace {

int64_t product(const graph::Shape& shape, size_t begin, size_t end) {
  int64_t elements = 1;
  for (size_t i = begin; i < end; ++i) elements *= shape[i];
  return elements;
}

Error out_of_range(const std::string& label, int64_t index, int64_t extent) {
  return make_error(ErrorCode::kInvalid, "{}: index {} is outside an axis of {} elements", label, index, extent);
}

// For each batch and each combination of the axes between batch and gathered axis, the slices of the batch's indices.
struct GatherLayout {
  int64_t batches = 1, outer = 1, extent = 1, slice_bytes = 1;
  int64_t indices = 1;  // a batch
};

class Gather final : public Kernel {
 public:
  // `data` and `positions`: the places of these operands.
  Gather(const OpContext& context, size_t data, size_t positions, GatherLayout layout)
      : label_(context.label()), data_(data), positions_(positions), layout_(layout) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::vector<int64_t> indices = read_indices(inputs[positions_]);
    for (const int64_t index : indices) {
      if (index < 0 || index >= layout_.extent) return out_of_range(label_, index, layout_.extent);
    }
    if (outputs[0].bytes.empty()) return {};
    const uint8_t* from = inputs[data_].bytes.data();
    uint8_t* to = outputs[0].bytes.data();
    const auto bytes = static_cast<size_t>(layout_.slice_bytes);
    for (int64_t batch = 0; batch < layout_.batches; ++batch) {
      const int64_t* chosen = indices.data() + batch * layout_.indices;
      for (int64_t i = 0; i < layout_.outer; ++i, from += layout_.extent * layout_.slice_bytes) {
        for (int64_t k = 0; k < layout_.indices; ++k, to += bytes) {
          std::memcpy(to, from + chosen[k] * layout_.slice_bytes, bytes);
        }
      }
    }
    return {};
  }

 private:
  std::string label_;
  size_t data_, positions_;
  GatherLayout layout_;
};

class GatherNd final : public Kernel {
 public:
  explicit GatherNd(const OpContext& context) : label_(context.label()), shape_(context.input(0).shape) {
    depth_ = static_cast<size_t>(context.input(1).shape.back());
    slice_bytes_ = static_cast<size_t>(product(shape_, depth_, shape_.size())) * element_bytes(context.input(0).type);
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::vector<int64_t> indices = read_indices(inputs[1]);
    const std::span<uint8_t> output = outputs[0].bytes;
    const size_t slices = slice_bytes_ == 0 ? 0 : output.size() / slice_bytes_;
    for (size_t i = 0; i < slices; ++i) {
      int64_t slice = 0;
      for (size_t k = 0; k < depth_; ++k) {
        const int64_t index = indices[i * depth_ + k];
        if (index < 0 || index >= shape_[k]) return out_of_range(label_, index, shape_[k]);
        slice = slice * shape_[k] + index;
      }
      std::memcpy(&output[i * slice_bytes_], &inputs[0].bytes[static_cast<size_t>(slice) * slice_bytes_], slice_bytes_);
    }
    return {};
  }

 private:
  std::string label_;
  graph::Shape shape_;
  size_t depth_ = 0;  // axes that an index tuple speaks of
  size_t slice_bytes_ = 0;
};

}  // namespace

Result<PreparedKernel> prepare_gather(const OpContext& context) {
  const auto& attrs = context.attrs<graph::GatherAttrs>();
  const graph::Shape &data = context.input(0).shape, &positions = context.input(1).shape;
  const size_t axis = static_cast<size_t>(attrs.axis < 0 ? attrs.axis + static_cast<int64_t>(data.size()) : attrs.axis);
  const size_t batch = static_cast<size_t>(
      attrs.batch_dims < 0 ? attrs.batch_dims + static_cast<int64_t>(positions.size()) : attrs.batch_dims);
  GatherLayout layout;
  layout.batches = product(data, 0, batch);
  layout.outer = product(data, batch, axis);
  layout.extent = data[axis];
  layout.slice_bytes =
      product(data, axis + 1, data.size()) * static_cast<int64_t>(element_bytes(context.input(0).type));
  layout.indices = product(positions, batch, positions.size());
  return unpacked(context, std::make_unique<Gather>(context, 0, 1, layout));
}

Result<PreparedKernel> prepare_gather_nd(const OpContext& context) {
  return PreparedKernel(std::make_unique<GatherNd>(context));
}

Result<PreparedKernel> prepare_embedding_lookup(const OpContext& context) {
  const graph::Shape& table = context.input(1).shape;
  GatherLayout layout;
  layout.extent = table[0];
  layout.slice_bytes = product(table, 1, table.size()) * static_cast<int64_t>(element_bytes(context.input(1).type));
  layout.indices = context.input(0).shape[0];
  return unpacked(context, std::make_unique<Gather>(context, 1, 0, layout));
}

}  // namespace atl::kernels::move

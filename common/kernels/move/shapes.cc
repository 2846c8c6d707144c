// Tensors made of shapes and single values: SHAPE, RANK, FILL, ONE_HOT, BROADCAST_ARGS.
#include <algorithm>
#include <cstring>

#include "common/kernels/interface/index_list.h"
#include "common/kernels/interface/steered_op.h"
#include "common/kernels/move/kernels.h"
#include "common/kernels/move/pieces.h"

namespace atl::kernels::move {
namespace {

Status write_integers(const std::vector<int64_t>& values, const MutView& output) {
  if (output.type == graph::DType::kInt64) {
    std::copy(values.begin(), values.end(), output.as<int64_t>().begin());
  } else {
    std::transform(values.begin(), values.end(), output.as<int32_t>().begin(),
                   [](int64_t value) { return static_cast<int32_t>(value); });
  }
  return {};
}

// The same integers whenever it runs.
class Integers final : public Kernel {
 public:
  explicit Integers(std::vector<int64_t> values) : values_(std::move(values)) {}
  Status run(std::span<const ConstView>, std::span<const MutView> outputs) override {
    return write_integers(values_, outputs[0]);
  }

 private:
  std::vector<int64_t> values_;
};

// The shape that two shapes broadcast to.
class BroadcastArgs final : public Kernel {
 public:
  explicit BroadcastArgs(std::string label) : label_(std::move(label)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    std::vector<int64_t> a = read_indices(inputs[0]), b = read_indices(inputs[1]);
    const size_t rank = std::max(a.size(), b.size());
    a.insert(a.begin(), rank - a.size(), 1), b.insert(b.begin(), rank - b.size(), 1);
    for (size_t i = 0; i < rank; ++i) {
      if (a[i] != b[i] && a[i] != 1 && b[i] != 1) {
        return make_error(ErrorCode::kInvalid, "{}: the shapes {} and {} can't be broadcast to one", label_,
                          fmt::join(a, "x"), fmt::join(b, "x"));
      }
      if (a[i] == 1) a[i] = b[i];
    }
    return write_integers(a, outputs[0]);
  }

 private:
  std::string label_;
};

class Fill final : public Kernel {
 public:
  explicit Fill(const OpContext& context) : op_(context, {0}) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    fill_bytes(outputs[0].bytes, inputs[1].bytes);
    return {};
  }

 private:
  SteeredOp op_;
};

// Along the new axis, `on` where the index says so. Indices outside the axis leave it `off`.
class OneHot final : public Kernel {
 public:
  OneHot(const OpContext& context, size_t axis) : op_(context, {1}), element_(element_bytes(context.output(0).type)) {
    const graph::Shape& out = context.output(0).shape;
    depth_ = out[axis];
    for (size_t i = axis + 1; i < out.size(); ++i) inner_ *= out[i];
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) ATOLL_TRY(op_.settle(inputs));
    fill_bytes(outputs[0].bytes, inputs[3].bytes);
    const std::vector<int64_t> indices = read_indices(inputs[0]);
    for (size_t i = 0; i < indices.size(); ++i) {
      const auto index = static_cast<int32_t>(indices[i]);  // the reference takes the low 32 bits
      if (index < 0 || index >= depth_) continue;
      const auto place = static_cast<int64_t>(i);
      const int64_t to = (place / inner_ * depth_ + index) * inner_ + place % inner_;
      std::memcpy(&outputs[0].bytes[static_cast<size_t>(to) * element_], inputs[2].bytes.data(), element_);
    }
    return {};
  }

 private:
  SteeredOp op_;
  size_t element_;
  int64_t depth_ = 0, inner_ = 1;
};

Status require_one_element(const OpContext& context, size_t position, const char* what) {
  if (graph::num_elements(context.input(position).shape) == 1) return {};
  return context.error(ErrorCode::kInvalid, "its {} has shape {}; one element is needed", what,
                       graph::shape_text(context.input(position).shape));
}

}  // namespace

Result<PreparedKernel> prepare_shape(const OpContext& context) {
  const graph::Shape& shape = context.input(0).shape;
  return PreparedKernel(std::make_unique<Integers>(std::vector<int64_t>(shape.begin(), shape.end())));
}

Result<PreparedKernel> prepare_rank(const OpContext& context) {
  const auto rank = static_cast<int64_t>(context.input(0).shape.size());
  return PreparedKernel(std::make_unique<Integers>(std::vector<int64_t>{rank}));
}

Result<PreparedKernel> prepare_broadcast_args(const OpContext& context) {
  return PreparedKernel(std::make_unique<BroadcastArgs>(context.label()));
}

Result<PreparedKernel> prepare_fill(const OpContext& context) {
  ATOLL_TRY(require_one_element(context, 1, "value"));
  return PreparedKernel(std::make_unique<Fill>(context));
}

Result<PreparedKernel> prepare_one_hot(const OpContext& context) {
  ATOLL_TRY(require_one_element(context, 2, "on value"));
  ATOLL_TRY(require_one_element(context, 3, "off value"));
  const int32_t axis = context.attrs<graph::OneHotAttrs>().axis;
  const size_t rank = context.output(0).shape.size();
  return PreparedKernel(
      std::make_unique<OneHot>(context, static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis)));
}

}  // namespace atl::kernels::move

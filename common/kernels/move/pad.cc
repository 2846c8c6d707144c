// PAD: the output is filled with zero (a quantized tensor's zero point), then the input's rows are copied to their
// places.
#include <algorithm>
#include <cstring>

#include "common/kernels/interface/index_list.h"
#include "common/kernels/move/kernels.h"

namespace atl::kernels::move {
namespace {

// The bytes of one zero element, little-endian.
std::vector<uint8_t> zero_element(const graph::Tensor& tensor) {
  const auto bytes = static_cast<size_t>(graph::dtype_bits(tensor.type) / 8);
  std::vector<uint8_t> element(bytes, 0);
  if (graph::is_quantized_activation(tensor.type) && !tensor.quant.zero_point.empty()) {
    const auto zero_point = static_cast<uint64_t>(tensor.quant.zero_point[0]);
    for (size_t i = 0; i < bytes; ++i) element[i] = static_cast<uint8_t>(zero_point >> (8 * i));
  }
  return element;
}

void fill(std::span<uint8_t> bytes, const std::vector<uint8_t>& element) {
  if (std::all_of(element.begin(), element.end(), [&](uint8_t byte) { return byte == element[0]; })) {
    std::fill(bytes.begin(), bytes.end(), element[0]);
    return;
  }
  for (size_t i = 0; i < bytes.size(); i += element.size()) std::memcpy(&bytes[i], element.data(), element.size());
}

class Pad final : public Kernel {
 public:
  explicit Pad(const OpContext& context)
      : label_(context.label()),
        in_(context.input(0).shape.begin(), context.input(0).shape.end()),
        out_(context.output(0).shape.begin(), context.output(0).shape.end()),
        zero_(zero_element(context.output(0))) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    const std::vector<int64_t> paddings = read_indices(inputs[1]);
    ATOLL_TRY(check(paddings));
    fill(outputs[0].bytes, zero_);
    if (!inputs[0].bytes.empty()) copy_rows(paddings, inputs[0].bytes, outputs[0].bytes);
    return {};
  }

 private:
  Status check(const std::vector<int64_t>& paddings) const {
    bool fits = paddings.size() == 2 * in_.size();
    for (size_t axis = 0; fits && axis < in_.size(); ++axis) {
      const int64_t before = paddings[2 * axis], after = paddings[2 * axis + 1];
      const int64_t extra = out_[axis] - in_[axis];
      fits = before >= 0 && after >= 0 && before <= extra && after == extra - before;
    }
    if (fits) return {};
    return make_error(ErrorCode::kInvalid, "{}: paddings {} do not lead from shape {} to {}", label_,
                      fmt::join(paddings, " "), fmt::join(in_, "x"), fmt::join(out_, "x"));
  }

  void copy_rows(const std::vector<int64_t>& paddings, std::span<const uint8_t> in, std::span<uint8_t> out) const {
    const size_t rank = in_.size();
    const size_t row = (rank == 0 ? 1 : static_cast<size_t>(in_.back())) * zero_.size();
    std::vector<int64_t> stride(rank, 1), index(rank, 0);  // strides of the output, in elements
    for (size_t axis = rank; axis-- > 1;) stride[axis - 1] = stride[axis] * out_[axis];
    int64_t to = 0;
    for (size_t axis = 0; axis < rank; ++axis) to += paddings[2 * axis] * stride[axis];
    for (size_t from = 0; from < in.size(); from += row) {
      std::memcpy(&out[static_cast<size_t>(to) * zero_.size()], &in[from], row);
      for (size_t axis = rank - (rank > 0); axis-- > 0;) {
        to += stride[axis];
        if (++index[axis] < in_[axis]) break;
        to -= stride[axis] * in_[axis];
        index[axis] = 0;
      }
    }
  }

  std::string label_;
  std::vector<int64_t> in_, out_;
  std::vector<uint8_t> zero_;
};

}  // namespace

Result<PreparedKernel> prepare_pad(const OpContext& context) { return PreparedKernel(std::make_unique<Pad>(context)); }

}  // namespace atl::kernels::move

// RESHAPE and SQUEEZE: the same elements under another shape. The shape is the one the model gives the output; a shape
// operand that is not constant must agree with it.
#include <algorithm>

#include "common/kernels/interface/index_list.h"
#include "common/kernels/move/kernels.h"

namespace atl::kernels::move {
namespace {

// Whether a wanted shape, with at most one -1, describes the output's.
bool describes(const std::vector<int64_t>& wanted, const graph::Shape& shape) {
  if (wanted.size() != shape.size()) return false;
  bool open = false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (wanted[i] == -1 && !open) {
      open = true;
    } else if (wanted[i] != shape[i]) {
      return false;
    }
  }
  return true;
}

class Copy final : public Kernel {
 public:
  explicit Copy(const OpContext& context) : shape_(context.output(0).shape), label_(context.label()) {
    check_shape_ = context.has_input(1) && !context.input(1).is_constant();
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (check_shape_ && !describes(read_indices(inputs[1]), shape_)) {
      return make_error(ErrorCode::kInvalid, "{}: the shape given at run time, {}, is not the output's {} in the model",
                        label_, fmt::join(read_indices(inputs[1]), "x"), graph::shape_text(shape_));
    }
    ATOLL_CHECK(inputs[0].bytes.size() == outputs[0].bytes.size());
    std::copy(inputs[0].bytes.begin(), inputs[0].bytes.end(), outputs[0].bytes.begin());
    return {};
  }

 private:
  graph::Shape shape_;
  std::string label_;
  bool check_shape_ = false;
};

}  // namespace

Result<PreparedKernel> prepare_copy(const OpContext& context) {
  return PreparedKernel(std::make_unique<Copy>(context));
}

}  // namespace atl::kernels::move

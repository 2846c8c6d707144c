// DENSIFY: a sparse constant, all of it.
#include <algorithm>

#include "common/graph/sparse_form.h"
#include "common/kernels/move/kernels.h"

namespace atl::kernels::move {
namespace {

class Densify final : public Kernel {
 public:
  explicit Densify(std::vector<uint8_t> dense) : dense_(std::move(dense)) {}

  Status run(std::span<const ConstView>, std::span<const MutView> outputs) override {
    ATOLL_CHECK(outputs[0].bytes.size() == dense_.size());
    std::copy(dense_.begin(), dense_.end(), outputs[0].bytes.begin());
    return {};
  }

 private:
  std::vector<uint8_t> dense_;
};

}  // namespace

Result<PreparedKernel> prepare_densify(const OpContext& context) {
  const graph::Tensor& input = context.input(0);
  const graph::SparseForm* form = graph::sparse_form(input);
  if (form == nullptr) {
    return context.error(ErrorCode::kInvalid, "{} is not a sparse constant", context.input_label(0));
  }
  std::vector<uint8_t> dense(static_cast<size_t>(graph::num_bytes(input.shape, input.type)));
  const Status status = form->write_dense(input, dense);
  if (!status.ok()) return Error(status.error()).with_place(context.input_label(0)).with_place(context.label());
  return PreparedKernel(std::make_unique<Densify>(std::move(dense)));
}

}  // namespace atl::kernels::move

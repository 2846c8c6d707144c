#include "common/kernels/move/pieces.h"

#include <algorithm>
#include <cstring>

#include "common/kernels/move/packed.h"

namespace atl::kernels::move {
namespace {

class Pieces final : public Kernel {
 public:
  Pieces(const OpContext& context, const std::vector<size_t>& steering, MakePieces make, Filling filling)
      : op_(context, steering),
        make_(std::move(make)),
        filling_(std::move(filling)),
        element_bytes_(element_bytes(context.output(0).type)) {}

  // To be called once, before the first run.
  Status prepare() { return op_.settled() ? plan() : Status(); }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    if (!op_.settled()) {
      ATOLL_TRY(op_.settle(inputs));
      ATOLL_TRY(plan());
    }
    if (filling_.from_input) {
      fill_bytes(outputs[0].bytes, inputs[2].bytes);
    } else if (!filling_.element.empty()) {
      fill_bytes(outputs[0].bytes, filling_.element);
    }
    for (const Piece& piece : pieces_) {
      run_copy(piece.plan, element_bytes_, inputs[piece.input].bytes.data(), outputs[piece.output].bytes.data());
    }
    return {};
  }

 private:
  Status plan() {
    auto pieces = make_(op_);
    if (!pieces.ok()) return Error(pieces.error()).with_place(op_.label());
    pieces_ = std::move(*pieces);
    for (Piece& piece : pieces_) piece.plan = simplified(std::move(piece.plan));
    return {};
  }

  SteeredOp op_;
  MakePieces make_;
  Filling filling_;
  size_t element_bytes_;
  std::vector<Piece> pieces_;
};

}  // namespace

size_t element_bytes(graph::DType type) {
  const int bits = graph::dtype_bits(type);
  return bits < 8 ? 1 : static_cast<size_t>(bits / 8);
}

std::vector<uint8_t> zero_element(const graph::Tensor& tensor) {
  std::vector<uint8_t> element(element_bytes(tensor.type), 0);
  if (graph::is_quantized_activation(tensor.type) && !tensor.quant.zero_point.empty()) {
    const auto zero_point = static_cast<uint64_t>(tensor.quant.zero_point[0]);
    for (size_t i = 0; i < element.size(); ++i) element[i] = static_cast<uint8_t>(zero_point >> (8 * i));
  }
  return element;
}

void fill_bytes(std::span<uint8_t> bytes, std::span<const uint8_t> element) {
  if (std::all_of(element.begin(), element.end(), [&](uint8_t byte) { return byte == element[0]; })) {
    std::fill(bytes.begin(), bytes.end(), element[0]);
    return;
  }
  for (size_t i = 0; i < bytes.size(); i += element.size()) std::memcpy(&bytes[i], element.data(), element.size());
}

Result<PreparedKernel> prepare_pieces(const OpContext& context, const std::vector<size_t>& steering, MakePieces make,
                                      Filling filling) {
  auto kernel = std::make_unique<Pieces>(context, steering, std::move(make), std::move(filling));
  ATOLL_TRY(kernel->prepare());
  return unpacked(context, std::move(kernel));
}

}  // namespace atl::kernels::move

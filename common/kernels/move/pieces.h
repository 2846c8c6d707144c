// Kernels made of strided copies: a plan for every piece, worked out when the operator is prepared, or at run where its
// steering operands are computed.
#pragma once

#include <functional>
#include <vector>

#include "common/kernels/interface/steered_op.h"
#include "common/kernels/interface/variant.h"
#include "common/kernels/move/copy_plan.h"

namespace atl::kernels::move {

struct Piece {
  size_t input = 0, output = 0;
  CopyPlan plan;
};

// The pieces of a settled operator; later ones may overwrite what earlier ones wrote. An error does not name the
// operator.
using MakePieces = std::function<Result<std::vector<Piece>>(const SteeredOp&)>;

// What the first output is filled with before the pieces come; none by default.
struct Filling {
  std::vector<uint8_t> element;  // the bytes of an element, little-endian
  bool from_input = false;       // or those of input 2
};

// `steering`: the positions of the operands whose values the pieces depend on. Packed 4-bit types are unpacked for the
// copies.
Result<PreparedKernel> prepare_pieces(const OpContext& context, const std::vector<size_t>& steering, MakePieces make,
                                      Filling filling = {});

// Fills a tensor with an element.
void fill_bytes(std::span<uint8_t> bytes, std::span<const uint8_t> element);

// The bytes of an element of zero: of a quantized tensor its zero point. Packed types count as whole bytes.
std::vector<uint8_t> zero_element(const graph::Tensor& tensor);

// Bytes of an element, packed types unpacked.
size_t element_bytes(graph::DType type);

}  // namespace atl::kernels::move

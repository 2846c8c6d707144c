// BATCH_MATMUL's matrices: which of each operand belong together, and how they lie.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "common/kernels/interface/broadcast.h"
#include "common/kernels/interface/op_context.h"

namespace atl::kernels {

struct MatrixBatches {
  int64_t rows = 0, columns = 0, depth = 0;
  bool transpose_x = false;                           // x lies depth x rows
  bool transpose_y = false;                           // y lies depth x columns
  std::vector<std::pair<int64_t, int64_t>> operands;  // the matrices of x and y that each result matrix is made of
};

// From the operator's shapes: x is ... rows depth, y is ... depth columns, adj_x and adj_y exchange their last two
// axes.
inline MatrixBatches make_matrix_batches(const OpContext& context) {
  const auto& attrs = context.attrs<graph::BatchMatMulAttrs>();
  const graph::Shape &x = context.input(0).shape, &y = context.input(1).shape, &out = context.output(0).shape;
  MatrixBatches batches;
  batches.rows = out[out.size() - 2], batches.columns = out.back();
  batches.depth = attrs.adj_x ? x[x.size() - 2] : x.back();
  batches.transpose_x = attrs.adj_x, batches.transpose_y = !attrs.adj_y;
  const auto outer = [](const graph::Shape& shape) {
    graph::Shape result(shape.begin(), shape.end() - 2);
    result.push_back(1);  // a shape to broadcast has an axis
    return result;
  };
  const auto broadcast = make_broadcast<2>({outer(x), outer(y)}, outer(out));
  broadcast.for_each_run([&](int64_t, const auto& from) {
    for (int64_t i = 0; i < broadcast.run; ++i) {
      batches.operands.emplace_back(from[0] + i * broadcast.step[0], from[1] + i * broadcast.step[1]);
    }
  });
  return batches;
}

// A matrix as rows of `width` elements: itself, or transposed into `copy`, from height x width as it should be.
template <typename T>
const T* as_rows(const T* matrix, int64_t height, int64_t width, bool transpose, std::vector<T>& copy) {
  if (!transpose) return matrix;
  copy.resize(static_cast<size_t>(height * width));
  for (int64_t k = 0; k < width; ++k) {
    for (int64_t i = 0; i < height; ++i) copy[static_cast<size_t>(i * width + k)] = matrix[k * height + i];
  }
  return copy.data();
}

}  // namespace atl::kernels

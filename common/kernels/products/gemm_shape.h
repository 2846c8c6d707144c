// The extents of a matrix product: rows x depth by columns x depth.
#pragma once

#include <cstdint>

namespace atl::kernels::products {

struct GemmShape {
  int64_t rows, columns, depth;
};

}  // namespace atl::kernels::products

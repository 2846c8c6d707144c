#include "common/graph/window.h"

#include <algorithm>

namespace atl::graph {

Result<WindowAxis> window_axis(Padding padding, int32_t input, int32_t filter, int32_t stride, int32_t dilation) {
  ATOLL_CHECK(input >= 1 && filter >= 1 && stride >= 1 && dilation >= 1);
  const int64_t reach = (int64_t{filter} - 1) * dilation + 1;
  if (padding == Padding::kValid) {
    if (reach > input) {
      return make_error(ErrorCode::kInvalid,
                        "a window that spans {} elements does not fit into {} without padding (VALID)", reach, input);
    }
    return WindowAxis{static_cast<int32_t>((input - reach) / stride + 1), 0};
  }
  const int64_t output = (int64_t{input} + stride - 1) / stride;
  const int64_t padded = std::max<int64_t>(0, (output - 1) * stride + reach - input);
  if (padded / 2 > INT32_MAX) {
    return make_error(ErrorCode::kInvalid, "a window that spans {} elements is too long", reach);
  }
  return WindowAxis{static_cast<int32_t>(output), static_cast<int32_t>(padded / 2)};
}

}  // namespace atl::graph

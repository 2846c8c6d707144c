#include "common/numerics/table.h"

namespace atl::numerics {

Table256 build_table(double (*function)(double), TableQuantization input, TableQuantization output, IntRange range) {
  Table256 table{};
  const float inverse_scale = 1.0f / output.scale;
  for (int32_t q = range.low; q <= range.high; ++q) {
    const float v = input.scale * static_cast<float>(q - input.zero_point);
    const auto t = static_cast<float>(function(static_cast<double>(v)));
    const int64_t rounded = round_half_away(t * inverse_scale);
    const int32_t y = range.clamp(saturate<int32_t>(rounded + output.zero_point));
    table[static_cast<uint8_t>(q)] = static_cast<uint8_t>(y);
  }
  return table;
}

}  // namespace atl::numerics

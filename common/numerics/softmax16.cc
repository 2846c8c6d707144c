#include "common/numerics/softmax16.h"

#include "common/numerics/elementary.h"

namespace atl::numerics {
namespace {

constexpr int32_t kLowest = -32768, kHighest = 32767;

}  // namespace

InterpolationTable softmax16_exponentials() {
  return build_wide_interpolation_table(exp_double, WideTableQuantization{10 / kSoftmax16Range, kHighest},
                                        WideTableQuantization{2 / kSoftmax16Range, 0});
}

InterpolationTable softmax16_reciprocals() {
  return build_wide_interpolation_table([](double x) { return 1 / (1 + x); },
                                        WideTableQuantization{1 / kSoftmax16Range, kLowest},
                                        WideTableQuantization{2 / kSoftmax16Range, 0});
}

}  // namespace atl::numerics

#include "runtime/compare.h"

#include <fmt/ranges.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "common/base/check.h"
#include "common/numerics/half.h"

namespace atl::runtime {
namespace {

using graph::DType;

// A float16 as an element: its number, and its bits for equality.
struct Half {
  uint16_t bits;
  explicit operator double() const { return static_cast<double>(numerics::half_to_float(bits)); }
};

template <typename T>
T element(std::span<const uint8_t> bytes, int64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

template <typename T>
double number(T value) {
  return static_cast<double>(value);
}

template <typename T>
double largest_magnitude(std::span<const uint8_t> bytes) {
  double largest = 0;
  for (int64_t i = 0; i < static_cast<int64_t>(bytes.size() / sizeof(T)); ++i) {
    const double magnitude = std::abs(number(element<T>(bytes, i)));
    if (std::isfinite(magnitude)) largest = std::max(largest, magnitude);
  }
  return largest;
}

template <typename T>
std::optional<Difference> compare_as(std::span<const uint8_t> expected, std::span<const uint8_t> got, double share) {
  const double bound = share > 0 ? share * largest_magnitude<T>(expected) : 0;
  Difference difference;
  difference.elements = static_cast<int64_t>(expected.size() / sizeof(T));
  for (int64_t i = 0; i < difference.elements; ++i) {
    const T a = element<T>(expected, i), b = element<T>(got, i);
    if (std::memcmp(&a, &b, sizeof(T)) == 0) continue;
    const double distance = std::abs(number(a) - number(b));
    if (distance <= bound && share > 0) continue;  // false for NaN
    if (difference.differing++ == 0) {
      difference.first = i;
      difference.expected = fmt::format("{}", number(a));
      difference.got = fmt::format("{}", number(b));
    }
    if (distance > difference.max_difference) difference.max_difference = distance;
  }
  if (difference.differing == 0) return std::nullopt;
  return difference;
}

}  // namespace

std::optional<Difference> compare(const graph::Tensor& tensor, std::span<const uint8_t> expected,
                                  std::span<const uint8_t> got, double float_bound) {
  ATOLL_CHECK(expected.size() == got.size(), "{} bytes and {} of one tensor", expected.size(), got.size());
  switch (tensor.type) {
    case DType::kFloat32: return compare_as<float>(expected, got, float_bound);
    case DType::kFloat64: return compare_as<double>(expected, got, float_bound);
    case DType::kFloat16: return compare_as<Half>(expected, got, float_bound);
    case DType::kInt8: return compare_as<int8_t>(expected, got, 0);
    case DType::kInt16: return compare_as<int16_t>(expected, got, 0);
    case DType::kUint16: return compare_as<uint16_t>(expected, got, 0);
    case DType::kInt32: return compare_as<int32_t>(expected, got, 0);
    case DType::kUint32: return compare_as<uint32_t>(expected, got, 0);
    case DType::kInt64: return compare_as<int64_t>(expected, got, 0);
    case DType::kUint64: return compare_as<uint64_t>(expected, got, 0);
    default: return compare_as<uint8_t>(expected, got, 0);
  }
}

std::string difference_text(const graph::Tensor& tensor, const Difference& difference) {
  std::vector<int64_t> place(tensor.shape.size());
  int64_t rest = difference.first;
  for (size_t axis = place.size(); axis-- > 0;) {
    place[axis] = rest % tensor.shape[axis];
    rest /= tensor.shape[axis];
  }
  return fmt::format(
      "{} of {} elements differ, the first at [{}] (element {}): expected {}, got {}; the largest difference is {}",
      difference.differing, difference.elements, fmt::join(place, ", "), difference.first, difference.expected,
      difference.got, difference.max_difference);
}

}  // namespace atl::runtime

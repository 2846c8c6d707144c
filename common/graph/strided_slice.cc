#include "common/graph/strided_slice.h"

#include <algorithm>
#include <utility>

#include "common/graph/shapes.h"

namespace atl::graph {
namespace {

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorCode::kInvalid, format, std::forward<Args>(args)...);
}

struct Range {
  int64_t begin = 0, stride = 1, count = 0;
};

// One element of the lists, as it stands.
struct Entry {
  int64_t begin = 0, end = 0, stride = 1;
  bool begin_masked = true, end_masked = true, shrinks = false, offset = false;
};

Result<Range> range_of(const Entry& entry, int64_t whole) {
  if (entry.stride == 0 || entry.stride < -kMaxTensorElements || entry.stride > kMaxTensorElements) {
    return invalid("it has a stride of {}", entry.stride);
  }
  const bool forward = entry.stride > 0;
  // Positions that a range may start or end at.
  const int64_t lowest = forward ? 0 : -1, highest = forward ? whole : whole - 1;
  const auto position = [&](int64_t value) { return std::clamp(value < 0 ? value + whole : value, lowest, highest); };
  if (entry.shrinks) {
    const int64_t at = entry.begin_masked ? 0 : entry.begin < 0 ? entry.begin + whole : entry.begin;
    if (at < 0 || at >= whole) return invalid("it takes element {} of an axis of {}", entry.begin, whole);
    return Range{at, 1, 1};
  }
  const int64_t begin = entry.begin_masked ? (forward ? lowest : highest) : position(entry.begin);
  constexpr int64_t kBeyond = int64_t{1} << 32;  // of every axis, and no sum with it leaves 64 bits
  const int64_t stated_end = entry.offset ? begin + std::clamp(entry.end, -kBeyond, kBeyond) : entry.end;
  const int64_t end = entry.end_masked ? (forward ? highest : lowest)
                      : entry.offset   ? std::clamp(stated_end, lowest, highest)
                                       : position(stated_end);
  const int64_t distance = forward ? end - begin : begin - end;
  const int64_t step = forward ? entry.stride : -entry.stride;
  return Range{begin, entry.stride, distance <= 0 ? 0 : (distance + step - 1) / step};
}

class Walk {
 public:
  Walk(const Shape& input, const StridedSliceAttrs& attrs) : input_(input), attrs_(attrs) {}

  Result<StridedRanges> run(const std::vector<int64_t>& begins, const std::vector<int64_t>& ends,
                            const std::vector<int64_t>& strides) {
    const size_t entries = begins.size();
    if (ends.size() != entries || strides.size() != entries || entries > 31) {
      return invalid("it has {} begins, {} ends and {} strides", entries, ends.size(), strides.size());
    }
    size_t after_ellipsis = 0;  // entries behind it that stand for an axis of the input
    for (size_t i = 0; i < entries; ++i) {
      if (has(attrs_.ellipsis_mask, i)) {
        if (std::exchange(seen_ellipsis_, true)) return invalid("it has several ellipses");
        for (size_t k = i + 1; k < entries; ++k) after_ellipsis += has(attrs_.new_axis_mask, k) ? 0 : 1;
        while (axis() + after_ellipsis < input_.size()) ATOLL_TRY(take({}));
      } else if (has(attrs_.new_axis_mask, i)) {
        ranges_.output.push_back(1);
      } else {
        ATOLL_TRY(take({begins[i], ends[i], strides[i], has(attrs_.begin_mask, i), has(attrs_.end_mask, i),
                        has(attrs_.shrink_axis_mask, i), attrs_.offset}));
      }
    }
    while (axis() < input_.size()) ATOLL_TRY(take({}));
    return std::move(ranges_);
  }

 private:
  static bool has(int32_t mask, size_t bit) { return ((static_cast<uint32_t>(mask) >> bit) & 1u) != 0; }
  size_t axis() const { return ranges_.begin.size(); }

  Status take(const Entry& entry) {
    if (axis() >= input_.size()) return invalid("it takes more axes than its input {} has", shape_text(input_));
    ATOLL_ASSIGN(const Range range, range_of(entry, input_[axis()]));
    ranges_.begin.push_back(range.begin);
    ranges_.stride.push_back(range.stride);
    ranges_.count.push_back(range.count);
    if (!entry.shrinks) ranges_.output.push_back(static_cast<int32_t>(range.count));
    return {};
  }

  const Shape& input_;
  const StridedSliceAttrs& attrs_;
  bool seen_ellipsis_ = false;
  StridedRanges ranges_;
};

}  // namespace

Result<StridedRanges> strided_ranges(const Shape& input, const std::vector<int64_t>& begins,
                                     const std::vector<int64_t>& ends, const std::vector<int64_t>& strides,
                                     const StridedSliceAttrs& attrs) {
  return Walk(input, attrs).run(begins, ends, strides);
}

}  // namespace atl::graph

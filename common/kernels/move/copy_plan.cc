#include "common/kernels/move/copy_plan.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "common/base/check.h"

namespace atl::kernels::move {
namespace {

constexpr int64_t kTile = 32;          // side of the squares that transposing goes in
constexpr size_t kSmallRunBytes = 32;  // below, a loop is quicker than a call

template <typename T>
void copy_row(const CopyAxis& axis, const T* from, T* to) {
  if (axis.from == 1 && axis.to == 1 && static_cast<size_t>(axis.extent) * sizeof(T) >= kSmallRunBytes) {
    std::memcpy(to, from, static_cast<size_t>(axis.extent) * sizeof(T));
  } else if (axis.from == 1 && axis.to == 1) {
    for (int64_t i = 0; i < axis.extent; ++i) to[i] = from[i];
  } else if (axis.from == 0 && axis.to == 1) {
    std::fill(to, to + axis.extent, *from);
  } else {
    for (int64_t i = 0; i < axis.extent; ++i) to[i * axis.to] = from[i * axis.from];
  }
}

// The two innermost axes.
template <typename T>
void copy_plane(const CopyAxis& outer, const CopyAxis& inner, const T* from, T* to) {
  const bool crosses = outer.from == 1 && inner.to == 1 && inner.extent > kTile;
  const int64_t tile = crosses ? kTile : inner.extent;
  for (int64_t begin = 0; begin < inner.extent; begin += tile) {
    const CopyAxis part{std::min(tile, inner.extent - begin), inner.from, inner.to};
    const T* source = from + begin * inner.from;
    T* target = to + begin * inner.to;
    for (int64_t i = 0; i < outer.extent; ++i) copy_row(part, source + i * outer.from, target + i * outer.to);
  }
}

template <typename T>
void run(const CopyPlan& plan, const T* from, T* to) {
  constexpr CopyAxis kOnce{1, 0, 0};
  const size_t rank = plan.axes.size();
  const CopyAxis inner = rank >= 1 ? plan.axes[rank - 1] : kOnce;
  const CopyAxis outer = rank >= 2 ? plan.axes[rank - 2] : kOnce;
  const size_t walked = rank >= 2 ? rank - 2 : 0;
  int64_t planes = inner.extent == 0 || outer.extent == 0 ? 0 : 1;
  for (size_t axis = 0; axis < walked; ++axis) planes *= plan.axes[axis].extent;
  std::vector<int64_t> index(walked, 0);
  int64_t source = plan.from, target = plan.to;
  for (int64_t i = 0; i < planes; ++i) {
    copy_plane(outer, inner, from + source, to + target);
    for (size_t axis = walked; axis-- > 0;) {
      const CopyAxis& step = plan.axes[axis];
      source += step.from, target += step.to;
      if (++index[axis] < step.extent) break;
      source -= step.from * step.extent, target -= step.to * step.extent;
      index[axis] = 0;
    }
  }
}

}  // namespace

CopyPlan simplified(CopyPlan plan) {
  const auto empty = [](const CopyAxis& axis) { return axis.extent == 0; };
  if (std::any_of(plan.axes.begin(), plan.axes.end(), empty)) return {{{0, 0, 0}}, 0, 0};
  std::erase_if(plan.axes, [](const CopyAxis& axis) { return axis.extent == 1; });
  std::stable_sort(plan.axes.begin(), plan.axes.end(),
                   [](const CopyAxis& a, const CopyAxis& b) { return a.to > b.to; });
  std::vector<CopyAxis> joined;
  for (const CopyAxis& axis : plan.axes) {
    const bool continues =
        !joined.empty() && joined.back().from == axis.from * axis.extent && joined.back().to == axis.to * axis.extent;
    if (continues) {
      joined.back() = {joined.back().extent * axis.extent, axis.from, axis.to};
    } else {
      joined.push_back(axis);
    }
  }
  // Next to the innermost axis comes the one along which the source is contiguous, so that both are near at hand.
  if (joined.size() > 2 && joined.back().from != 1) {
    const auto contiguous =
        std::find_if(joined.begin(), joined.end() - 1, [](const CopyAxis& axis) { return axis.from == 1; });
    if (contiguous < joined.end() - 2) std::rotate(contiguous, contiguous + 1, joined.end() - 1);
  }
  plan.axes = std::move(joined);
  return plan;
}

void run_copy(const CopyPlan& plan, size_t element_bytes, const uint8_t* from, uint8_t* to) {
  using Wide = std::array<uint64_t, 2>;
  const auto typed = [&]<typename T>(T) { run(plan, reinterpret_cast<const T*>(from), reinterpret_cast<T*>(to)); };
  switch (element_bytes) {
    case 1: return typed(uint8_t{});
    case 2: return typed(uint16_t{});
    case 4: return typed(uint32_t{});
    case 8: return typed(uint64_t{});
    default: ATOLL_CHECK(element_bytes == 16, "elements of {} bytes", element_bytes); return typed(Wide{});
  }
}

std::vector<int64_t> strides_of(const graph::Shape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

}  // namespace atl::kernels::move

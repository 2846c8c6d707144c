// Operands of different shape, elementwise: axes are aligned at the end, and an extent of 1 is repeated.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/graph/model.h"

namespace atl::kernels {

// The output is walked in runs as long as possible; within a run each operand advances by 0 or 1.
template <size_t kOperands>
struct Broadcast {
  using Offsets = std::array<int64_t, kOperands>;
  struct Axis {
    int64_t extent;
    Offsets strides;
  };

  int64_t run = 1;         // elements of a run
  Offsets step{};          // of each operand along it
  std::vector<Axis> axes;  // before it, outermost first

  // body(output offset, offset of each operand) for every run, outputs in order.
  template <typename Body>
  void for_each_run(const Body& body) const {
    int64_t runs = run == 0 ? 0 : 1;
    for (const Axis& axis : axes) runs *= axis.extent;
    std::vector<int64_t> index(axes.size(), 0);
    Offsets from{};
    for (int64_t i = 0; i < runs; ++i) {
      body(i * run, from);
      for (size_t axis = axes.size(); axis-- > 0;) {
        for (size_t k = 0; k < kOperands; ++k) from[k] += axes[axis].strides[k];
        if (++index[axis] < axes[axis].extent) break;
        for (size_t k = 0; k < kOperands; ++k) from[k] -= axes[axis].strides[k] * axes[axis].extent;
        index[axis] = 0;
      }
    }
  }
};

// The shapes must broadcast to `out`.
template <size_t kOperands>
Broadcast<kOperands> make_broadcast(const std::array<graph::Shape, kOperands>& operands, const graph::Shape& out) {
  using Axis = typename Broadcast<kOperands>::Axis;
  std::vector<Axis> axes;  // innermost first
  typename Broadcast<kOperands>::Offsets inner{};
  inner.fill(1);  // elements of each operand behind the axis
  for (size_t i = 0; i < out.size(); ++i) {
    Axis axis{out[out.size() - 1 - i], {}};
    for (size_t k = 0; k < kOperands; ++k) {
      const graph::Shape& shape = operands[k];
      const int64_t extent = i < shape.size() ? shape[shape.size() - 1 - i] : 1;
      axis.strides[k] = extent == 1 ? 0 : inner[k];
      inner[k] *= extent;
    }
    if (axis.extent == 1) continue;
    // Joined with the axis inside it where every operand goes on in the same stride.
    bool continues = !axes.empty();
    for (size_t k = 0; continues && k < kOperands; ++k) {
      continues = axis.strides[k] == axes.back().strides[k] * axes.back().extent;
    }
    if (continues) {
      axes.back().extent *= axis.extent;
    } else {
      axes.push_back(axis);
    }
  }
  Broadcast<kOperands> result;
  if (axes.empty()) return result;
  result.run = axes.front().extent;
  result.step = axes.front().strides;
  result.axes.assign(axes.rbegin(), axes.rend() - 1);
  return result;
}

}  // namespace atl::kernels

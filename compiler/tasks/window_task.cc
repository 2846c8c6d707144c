#include "compiler/tasks/window_task.h"

#include <algorithm>

#include "compiler/tasks/nest.h"

namespace atl::compiler {
namespace {

// Input coordinates [begin, end) that the window of output coordinate o covers, inside an input of this extent.
struct Span {
  int64_t begin, end;
};
Span window_span(const WindowDim& window, int64_t o, int64_t input_extent) {
  const int64_t begin = o * window.stride - window.padding;
  return {std::max<int64_t>(0, begin), std::min(input_extent, begin + window.size)};
}

// True if outputs a and b see windows of the same valid extent, cut at the same place.
bool same_window(const WindowDim& window, int64_t a, int64_t b, int64_t input_extent) {
  const Span first = window_span(window, a, input_extent), second = window_span(window, b, input_extent);
  const int64_t shift = (b - a) * window.stride;
  return first.begin + shift == second.begin && first.end + shift == second.end;
}

}  // namespace

Box WindowTask::input_box(size_t input, const Box& tile) const {
  Box box{Dims(tile.begin.rank()), Dims(tile.begin.rank())};
  for (int d = 0; d < tile.begin.rank(); ++d) {
    const int64_t extent = inputs[input].shape[d];
    box.begin[d] = window_span(window[d], tile.begin[d], extent).begin;
    box.extent[d] = window_span(window[d], tile.begin[d] + tile.extent[d] - 1, extent).end - box.begin[d];
  }
  return box;
}

Dims WindowTask::input_extent(size_t input, const Dims& tile) const {
  Dims extent(tile.rank());
  for (int d = 0; d < tile.rank(); ++d) {
    extent[d] = std::min(inputs[input].shape[d], (tile[d] - 1) * window[d].stride + window[d].size);
  }
  return extent;
}

// Cuts the tile into boxes whose windows all look alike, and emits each.
void WindowTask::emit_tile(const Tile& tile, Emitter& emitter) const {
  const int rank = tile.box.begin.rank();
  Box box = tile.box;
  const auto end_of_class = [&](int d, int64_t begin) {
    const int64_t last = tile.box.begin[d] + tile.box.extent[d];
    int64_t end = begin + 1;
    while (end < last && same_window(window[d], begin, end, inputs[0].shape[d])) ++end;
    return end;
  };
  for (int d = 0; d < rank; ++d) box.extent[d] = end_of_class(d, box.begin[d]) - box.begin[d];
  for (bool more = true; more;) {
    emit_uniform(tile, box, emitter);
    more = false;
    for (int d = rank - 1; d >= 0 && !more; --d) {
      box.begin[d] += box.extent[d];
      more = box.begin[d] < tile.box.begin[d] + tile.box.extent[d];
      if (!more) box.begin[d] = tile.box.begin[d];
      box.extent[d] = end_of_class(d, box.begin[d]) - box.begin[d];
    }
  }
}

void WindowTask::emit_uniform(const Tile& tile, const Box& box, Emitter& emitter) const {
  Nest nest;
  nest.extent = box.extent;
  nest.reduce = reduce;
  nest.output = {tile.output.at(box.begin), output_type, tile.output.strides, Dims()};
  const Placed& placed = tile.inputs[0];
  Dims first(box.begin.rank()), strides(box.begin.rank()), reduce_strides;
  int64_t valid = 1;
  for (int d = 0; d < box.begin.rank(); ++d) {
    const Span span = window_span(window[d], box.begin[d], inputs[0].shape[d]);
    first[d] = span.begin;
    strides[d] = placed.strides[d] * window[d].stride;
    nest.reduce_extent.push_back(span.end - span.begin);
    reduce_strides.push_back(placed.strides[d]);
    valid *= span.end - span.begin;
  }
  nest.inputs.push_back({placed.at(first), input_type, strides, reduce_strides});
  nest.program.tail = tail(valid);
  nest.written_storage = tile.written_storage;
  emit_nest(nest, *tile.machine, emitter);
}

LeastWork WindowTask::least_work(const isa::Machine& machine) const {
  int64_t taps = 1;
  for (const WindowDim& dim : window) taps *= dim.size;
  const int64_t body = region.elements() * taps;
  const int64_t tails = region.elements() * static_cast<int64_t>(tail(taps).size());
  return {0, (body + tails + machine.lanes - 1) / machine.lanes, 0, 0};
}

}  // namespace atl::compiler

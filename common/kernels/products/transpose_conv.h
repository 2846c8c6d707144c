// TRANSPOSE_CONV as matrix products: output pixels of one phase (their coordinates modulo the strides) see the same
// taps of the filter, so that each phase is a plain convolution of the input.
//
// The taps of an output pixel are taken in the order of the input pixels they belong to, which is the order in which
// the reference adds them up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "common/kernels/interface/window.h"

namespace atl::kernels::products {

// The convolution whose gradient this is: its image is our output, its output our input.
using BackwardWindow = Window;

struct Phase {
  struct Tap {
    int64_t y, x;  // in the filter
  };
  std::vector<Tap> taps;
  int64_t first_y, first_x;  // the first output pixel; others follow in steps of the strides
  int64_t count_y, count_x;

  int64_t pixels() const { return count_y * count_x; }
};

inline std::vector<Phase> phases(const BackwardWindow& back) {
  // The filter's rows (columns) that reach outputs of a phase, largest first: the smallest input coordinate.
  const auto reaching = [](const WindowAxis& axis, int64_t phase) {
    std::vector<int64_t> taps;
    for (int64_t tap = axis.kernel - 1; tap >= 0; --tap) {
      if ((phase + axis.before - tap) % axis.stride == 0) taps.push_back(tap);
    }
    return taps;
  };
  const auto count = [](const WindowAxis& axis, int64_t phase) {
    return (axis.input - phase + axis.stride - 1) / axis.stride;
  };
  std::vector<Phase> result;
  for (int64_t y = 0; y < std::min(back.y.stride, back.y.input); ++y) {
    for (int64_t x = 0; x < std::min(back.x.stride, back.x.input); ++x) {
      Phase phase{{}, y, x, count(back.y, y), count(back.x, x)};
      for (const int64_t tap_y : reaching(back.y, y)) {
        for (const int64_t tap_x : reaching(back.x, x)) phase.taps.push_back({tap_y, tap_x});
      }
      result.push_back(std::move(phase));
    }
  }
  return result;
}

// The phase's share of the filter (O H W I): a row an output channel, of taps.size() * channels elements.
template <typename Weight>
void gather_weights(const BackwardWindow& back, const Phase& phase, const Weight* filter, int64_t outputs,
                    int64_t channels, std::vector<Weight>& rows) {
  rows.resize(static_cast<size_t>(outputs * channels) * phase.taps.size());
  Weight* to = rows.data();
  for (int64_t o = 0; o < outputs; ++o) {
    for (const Phase::Tap tap : phase.taps) {
      const Weight* from = filter + ((o * back.y.kernel + tap.y) * back.x.kernel + tap.x) * channels;
      to = std::copy_n(from, channels, to);
    }
  }
}

// Rows of the phase's pixels first .. first + count - 1: the input pixels under each tap, Out{} outside the image;
// widen(source, destination, element count) brings the others. A row starts every `stride` elements.
template <typename In, typename Out, typename Widen>
void gather_windows(const BackwardWindow& back, const Phase& phase, const In* image, int64_t channels, int64_t first,
                    int64_t count, int64_t stride, Out* rows, const Widen& widen) {
  for (int64_t i = 0; i < count; ++i) {
    const int64_t out_y = phase.first_y + (first + i) / phase.count_x * back.y.stride;
    const int64_t out_x = phase.first_x + (first + i) % phase.count_x * back.x.stride;
    Out* to = rows + i * stride;
    for (const Phase::Tap tap : phase.taps) {
      // Both differences are multiples of the strides.
      const int64_t y = (out_y + back.y.before - tap.y) / back.y.stride;
      const int64_t x = (out_x + back.x.before - tap.x) / back.x.stride;
      const bool inside =
          out_y + back.y.before >= tap.y && y < back.y.output && out_x + back.x.before >= tap.x && x < back.x.output;
      if (inside) {
        widen(image + (y * back.x.output + x) * channels, to, channels);
      } else {
        std::fill_n(to, channels, Out{});
      }
      to += channels;
    }
  }
}

// The output element where channel 0 of the phase's pixel i starts.
inline int64_t pixel_offset(const BackwardWindow& back, const Phase& phase, int64_t i, int64_t outputs) {
  const int64_t y = phase.first_y + i / phase.count_x * back.y.stride;
  const int64_t x = phase.first_x + i % phase.count_x * back.x.stride;
  return (y * back.x.input + x) * outputs;
}

}  // namespace atl::kernels::products

// An LSTM layer over a sequence, in either direction.
#pragma once

#include "common/kernels/recurrent/lstm_layer.h"

namespace atl::kernels::recurrent {

struct Sequence {
  int64_t batch, time;
  bool time_major;  // time, batch, ... rather than batch, time, ...
  bool forward;
};

// x and aux: sequences of vectors; aux may be null. y: vectors y_stride apart.
inline void run_sequence(LstmLayer& layer, const Sequence& sequence, std::span<const ConstView> inputs, const float* x,
                         const float* aux, float* output_state, float* cell_state, float* y, int64_t y_stride) {
  const LstmSizes& sizes = layer.sizes();
  const auto step = [&](int64_t vector, int64_t batch, int64_t state) {
    layer.step(inputs, batch, x + vector * sizes.inputs, aux == nullptr ? nullptr : aux + vector * sizes.aux_inputs,
               output_state + state * sizes.outputs, cell_state + state * sizes.cells, y + vector * y_stride, y_stride);
  };
  for (int64_t i = 0; i < sequence.time; ++i) {
    const int64_t t = sequence.forward ? i : sequence.time - 1 - i;
    if (sequence.time_major) {
      step(t * sequence.batch, sequence.batch, 0);
      continue;
    }
    for (int64_t b = 0; b < sequence.batch; ++b) step(b * sequence.time + t, 1, b);
  }
}

}  // namespace atl::kernels::recurrent

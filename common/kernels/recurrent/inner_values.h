// The values within UNIDIRECTIONAL_SEQUENCE_LSTM that a float kernel shows to who watches it, at every time step.
#pragma once

#include <cstddef>

namespace atl::kernels::recurrent {

// The first five are the operator's intermediate tensors, in the format's order.
enum InnerValues : size_t {
  kInputGateSum,   // of the gate before layer normalization; without that not shown
  kForgetGateSum,  // likewise
  kCellGateSum,    // likewise
  kOutputGateSum,  // likewise
  kHiddenValues,   // the output gate times the activated cells: what is projected
  kCells,          // after the step
  kInnerValues
};

}  // namespace atl::kernels::recurrent

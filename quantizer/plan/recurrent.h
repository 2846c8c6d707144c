// Operators of QuantRule::kRecurrent in int8: what their weights, states and inner values become.
//
// UNIDIRECTIONAL_SEQUENCE_LSTM ("8x8 -> 16"), positions as of inner_tensors.h:
//   weights, projection           int8, one scale each, max |w| / 127
//   peepholes, normalization      int16, max |w| / 32767
//   gate biases                   int32, input x input weights; with layer normalization 2^-10 x its coefficients
//   projection bias               int32, hidden x projection
//   output state                  as the output
//   cell state                    int16, a power of two / 32768 that no cell seen exceeds; 2^-15 to 2^-9, the kernels'
//                                 bounds: cells beyond 64 are clipped
//   intermediates 0..3            int16, the gate's sum before layer normalization, max |x| / 32767; without that
//   2^-12,
//                                 the kernels' unit
//   intermediate 4, hidden        int8, what is projected: around 0, because the reference kernel takes its zero point
//                                 with the other sign; without projection as the output
// SVDF:
//   feature weights               int8, max |w| / 127
//   time weights                  int16, max |w| / 512: the other bits are room for the sum over time
//   bias                          int32, time weights x state
//   state                         int16, max |x| / 32767
//
// Sources: operator_property.cc (LiteRT, tflite/converter/tools/optimize) and prepare_quantize_helper.h
// (tflite/converter/transforms), which TensorFlow's converter follows; what the kernels demand:
// tflite/kernels/unidirectional_sequence_lstm.cc, svdf.cc. Unlike there cell states are watched at every time step, not
// only at the end of a sequence.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/observe/range.h"
#include "quantizer/plan/obstacle.h"
#include "quantizer/plan/plan.h"

namespace atl::quantizer {

struct RecurrentPlan {
  std::map<size_t, ConstantPlan> constants;  // by position among the inputs
  std::map<int32_t, Form> inner;             // states and intermediates, by tensor
};

// The operator has passed recurrent_obstacle; its input and output have these parameters. Ranges by tensor.
RecurrentPlan plan_recurrent(const graph::Subgraph& subgraph, const graph::Op& op, const AffineParams& input,
                             const AffineParams& output, const std::vector<Range>& ranges);

// Why an operator of QuantRule::kRecurrent has no int8 form that computes the same, as a clause after "it", and what
// would help; nothing if it has. Its weights need not be constants yet.
std::optional<Obstacle> recurrent_obstacle(const graph::Subgraph& subgraph, const graph::Op& op);

// Integer SVDF leaves its RELU to the end of the integers, which is right where that stands for 0. Every SVDF that is
// to be integer and whose output's scale reaches below 0, because it shares it with others (scale_groups.h).
std::vector<std::pair<size_t, Obstacle>> find_open_relus(const graph::Subgraph& subgraph, const Plan& plan);

}  // namespace atl::quantizer

// What carried ranges mean for the plan: ranges of activations, scales of weights.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.h"
#include "quantizer/observe/range.h"
#include "quantizer/plan/forms.h"
#include "quantizer/prepare/carried_ranges.h"

namespace atl::quantizer {

// The range whose scale and zero point are those of training, 0 among its steps, as TensorFlow's converter finds them;
// with a narrow range one step is added at its lower end, which int8 has beside the others.
Range trained_range(const CarriedRange& carried);

// Puts carried ranges of activations in place of those learnt from data.
void take_trained_ranges(const graph::Subgraph& subgraph, const CarriedRanges& carried, std::vector<Range>& ranges);

// Whether ranges are carried at all.
bool carries_ranges(const graph::Subgraph& subgraph, const CarriedRanges& carried);

// kUsage, naming some, if activations whose range decides on their scale carry none: data is needed for them. (The
// scale of a softmax and the like is given.)
Status check_carries_all(const graph::Subgraph& subgraph, const CarriedRanges& carried);

// Gives layers whose weights carry a range the scale that these were trained with, where int8 around 0 has the steps
// for all of them; a warning about those where it hasn't (their scales follow from the values). `choices` by operator.
std::vector<std::string> take_trained_scales(const graph::Subgraph& subgraph, const CarriedRanges& carried,
                                             std::vector<OpChoice>& choices);

// A warning about activations that were trained with other steps than `choices` give them: only their ranges are taken.
std::vector<std::string> step_warnings(const graph::Subgraph& subgraph, const CarriedRanges& carried,
                                       const std::vector<OpChoice>& choices);

}  // namespace atl::quantizer

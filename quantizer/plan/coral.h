// What the shipping Edge TPU asks of a quantized model.
#pragma once

#include <string>
#include <vector>

#include "common/graph/model.h"

namespace atl::quantizer {

// What of a quantized model won't run on a Coral device by its documentation ("TensorFlow models on the Edge TPU",
// coral.ai/docs/edgetpu/models-intro), a warning each: operators that aren't in its table or don't work on 8-bit
// integers, tensors with an extent above 1 outside of the three innermost axes, float32 edges. Its compiler gives the
// device what comes before the first operator that it doesn't take, and leaves the rest to the host.
std::vector<std::string> coral_warnings(const graph::Model& model);

}  // namespace atl::quantizer

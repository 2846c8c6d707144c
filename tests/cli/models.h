// Small models that the tests of the command line are about.
#pragma once

#include "common/arrays/array.h"
#include "common/graph/model.h"

namespace atl::test {

// int8: CONV_2D 'features', MAX_POOL_2D 'pooled', RESHAPE 'flat', FULLY_CONNECTED 'scores'; input 'image' 1x8x8x2,
// output 1x4. Weights are drawn from a fixed seed.
graph::Model int8_classifier();

// float32: RELU 'positive' of input 'x' 1x4, then FULLY_CONNECTED 'y' with the identity as weights: y = max(x, 0).
graph::Model float_model();
// The same with an output of no stated shape.
graph::Model open_output_model();
// Twenty samples for them, values from -2 to 2.
std::vector<float> float_samples();

// One op each: RELU of the input, then an operator that Atoll does not have.
graph::Model model_with_builtin_where();
graph::Model model_with_custom_op();

// int8_classifier whose input has no shape.
graph::Model model_of_unknown_shape();

// float32: ADD 'sum' of inputs 'a' and 'b', both 1x3.
graph::Model two_input_model();

// float32: ADD 'after' of input 'x' and a variable 'total', both 2, which then holds the sum; at first zeros, by
// CALL_ONCE. Signature 'double': another subgraph, input 'value' 2, output 'twice'.
graph::Model running_total();

arrays::Array float_array(std::vector<int64_t> shape, const std::vector<float>& values);
arrays::Array int8_array(std::vector<int64_t> shape, int8_t value);

}  // namespace atl::test

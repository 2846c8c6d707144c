// Which way to round every weight of some channels so that their sums of products change least.
//
// Nagel, Amjad, van Baalen, Louizos, Blankevoort, "Up or down? Adaptive rounding for post-training quantization",
// arXiv:2004.10568 (2020). A weight is scale * (floor(w / scale) + h), with h from 0 to 1 by a rectified sigmoid of a
// free variable (equation 23); gradient descent (Adam) lowers the squared error of the sums plus a term that drives
// every h to 0 or 1, more sharply as it goes on (equation 24).
//
// Differences from the paper: the error is that before the activation; it is a quadratic form in the products' second
// moments, which are computed once, instead of batches; with few positions for many weights the moments are drawn
// towards their diagonal, by the ratio of the two; weights that alone would lower the error by going the other way do
// so in the end, the one with the largest gain first; and a channel keeps rounding to nearest where the other rounding
// is no better on positions it was not fitted to, a quarter of them.
#pragma once

#include <cstdint>
#include <vector>

namespace atl::quantizer {

struct RoundingProblem {
  int64_t positions = 0, depth = 0, channels = 0;
  std::vector<float> patches;   // positions x depth: what the quantized layer reads
  std::vector<float> wanted;    // positions x channels: the float layer's sums, without bias
  std::vector<float> weights;   // channels x depth, float
  std::vector<float> scales;    // by channel
  std::vector<int8_t> rounded;  // channels x depth: to nearest
};

struct RoundingResult {
  std::vector<int8_t> rounded;               // each one of the two integers beside weight / scale, within [-127, 127]
  int64_t changed = 0;                       // weights that are no longer the nearest
  int64_t channels = 0;                      // channels that have such
  double error_before = 0, error_after = 0;  // summed squares over the positions it was not fitted to
};

// Deterministic. Work: at most about 20 GFLOP, or what 60 steps take.
RoundingResult round_adaptively(const RoundingProblem& problem);

}  // namespace atl::quantizer

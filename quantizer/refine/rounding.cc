#include "quantizer/refine/rounding.h"

#include <algorithm>
#include <cmath>

#include "common/kernels/products/float_gemm.h"
#include "common/numerics/elementary.h"

namespace atl::quantizer {
namespace {

namespace products = kernels::products;

constexpr float kZeta = 1.1f, kGamma = -0.1f;  // the sigmoid is stretched to [kGamma, kZeta] and cut to [0, 1]
constexpr double kBudget = 20e9;               // floating-point operations
constexpr int64_t kLeastSteps = 60, kMostSteps = 400;
constexpr int kFirstSharpness = 20, kLastSharpness = 2;
constexpr double kWarmUp = 0.2;  // of the steps, without the term that drives to 0 or 1
constexpr float kDrive = 1;      // its weight, against an error normalized to that of rounding
constexpr float kRate = 0.05f, kDecay1 = 0.9f, kDecay2 = 0.999f, kTiny = 1e-12f;

kernels::FloatRange unbounded() { return {-INFINITY, INFINITY}; }

// c = a b^T
void multiply(const products::GemmShape& shape, const float* a, const float* b, float* c) {
  std::vector<float> panel;
  products::gemm(shape, kernels::FloatSums::kInOrder, {a, shape.depth}, {b, shape.depth}, {}, unbounded(), c,
                 shape.columns, panel);
}

std::vector<float> transposed(const float* matrix, int64_t rows, int64_t columns) {
  std::vector<float> result(static_cast<size_t>(rows * columns));
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) result[static_cast<size_t>(j * rows + i)] = matrix[i * columns + j];
  }
  return result;
}

class Rounding {
 public:
  explicit Rounding(const RoundingProblem& problem)
      : p_(problem), fitted_(problem.positions - problem.positions / 4), size_(p_.weights.size()) {}

  RoundingResult run() {
    make_moments();
    make_pull();
    start();
    const double step_cost = 2.0 * static_cast<double>(p_.depth * p_.depth * p_.channels);
    const auto steps = std::clamp(static_cast<int64_t>(kBudget / step_cost), kLeastSteps, kMostSteps);
    for (int64_t step = 1; step <= steps; ++step) descend(step, steps);
    return choose();
  }

 private:
  // The products' second moments over the positions that are fitted to.
  void make_moments() {
    const std::vector<float> columns = transposed(p_.patches.data(), fitted_, p_.depth);
    moments_.resize(static_cast<size_t>(p_.depth * p_.depth));
    multiply({p_.depth, p_.depth, fitted_}, columns.data(), columns.data(), moments_.data());
    keep_ = static_cast<float>(static_cast<double>(fitted_) / static_cast<double>(fitted_ + p_.depth));
    double trace = 0;
    for (int64_t k = 0; k < p_.depth; ++k) {
      for (int64_t j = 0; j < p_.depth; ++j) moment(k, j) *= (j == k ? 1 : keep_);
      trace += moment(k, k);
    }
    // An h of its own is off by 1/12 on average: divided by that, errors of all layers have one size.
    norm_ = trace > 0 ? static_cast<float>(static_cast<double>(p_.depth) / trace) : 0;
    for (float& value : moments_) value *= norm_;
  }
  float& moment(int64_t k, int64_t j) { return moments_[static_cast<size_t>(k * p_.depth + j)]; }

  // Where the sums of the unrounded weights miss what is wanted, since the inputs are quantized already: by channel and
  // weight, the covariance of that with the products, in steps of the channel.
  void make_pull() {
    std::vector<float> missed(static_cast<size_t>(fitted_ * p_.channels));
    multiply({fitted_, p_.channels, p_.depth}, p_.patches.data(), p_.weights.data(), missed.data());
    for (size_t i = 0; i < missed.size(); ++i) missed[i] -= p_.wanted[i];
    // What all positions miss alike is for the bias.
    for (int64_t c = 0; c < p_.channels; ++c) {
      double mean = 0;
      for (int64_t i = 0; i < fitted_; ++i) mean += missed[static_cast<size_t>(i * p_.channels + c)];
      mean /= static_cast<double>(fitted_);
      for (int64_t i = 0; i < fitted_; ++i)
        missed[static_cast<size_t>(i * p_.channels + c)] -= static_cast<float>(mean);
    }
    const std::vector<float> errors = transposed(missed.data(), fitted_, p_.channels);
    const std::vector<float> columns = transposed(p_.patches.data(), fitted_, p_.depth);
    pull_.resize(size_);
    multiply({p_.channels, p_.depth, fitted_}, errors.data(), columns.data(), pull_.data());
    for (size_t i = 0; i < size_; ++i) pull_[i] *= keep_ * norm_ / scale_of(i);
  }
  float scale_of(size_t weight) const { return p_.scales[weight / static_cast<size_t>(p_.depth)]; }

  void start() {
    floor_.resize(size_), exact_.resize(size_), free_.resize(size_);
    first_.assign(size_, 0), second_.assign(size_, 0);
    change_.resize(size_), gradient_.resize(size_), sigmoid_.resize(size_);
    for (size_t i = 0; i < size_; ++i) {
      exact_[i] = std::clamp(p_.weights[i] / scale_of(i), -127.0f, 127.0f);
      floor_[i] = std::floor(exact_[i]);
      const float h = std::clamp(exact_[i] - floor_[i], 0.001f, 0.999f);
      const float sigmoid = (h - kGamma) / (kZeta - kGamma);
      free_[i] = numerics::log_float(sigmoid / (1 - sigmoid));
    }
  }

  static float sigmoid(float v) { return 1 / (1 + numerics::exp_float(-v)); }
  static float stretched(float sigmoid) { return sigmoid * (kZeta - kGamma) + kGamma; }
  static float height(float v) { return std::clamp(stretched(sigmoid(v)), 0.0f, 1.0f); }

  void descend(int64_t step, int64_t steps) {
    for (size_t i = 0; i < size_; ++i) {
      sigmoid_[i] = sigmoid(free_[i]);
      change_[i] = floor_[i] + std::clamp(stretched(sigmoid_[i]), 0.0f, 1.0f) - exact_[i];
    }
    multiply({p_.channels, p_.depth, p_.depth}, change_.data(), moments_.data(), gradient_.data());
    const double along = (static_cast<double>(step) / static_cast<double>(steps) - kWarmUp) / (1 - kWarmUp);
    const int sharpness =
        kFirstSharpness - static_cast<int>(std::lround((kFirstSharpness - kLastSharpness) * std::max(0.0, along)));
    rate1_ *= kDecay1, rate2_ *= kDecay2;
    for (size_t i = 0; i < size_; ++i) {
      const float s = sigmoid_[i], h = stretched(s);
      const float slope = h > 0 && h < 1 ? s * (1 - s) * (kZeta - kGamma) : 0;
      float g = 2 * (gradient_[i] + pull_[i]);
      if (along > 0) g -= kDrive * drive(h, sharpness);
      update(i, g * slope);
    }
  }

  // The derivative of |2h - 1|^sharpness.
  static float drive(float h, int sharpness) {
    const float from_middle = 2 * h - 1;
    float power = 1, base = std::fabs(from_middle);
    for (int exponent = sharpness - 1; exponent > 0; exponent /= 2, base *= base) {
      if (exponent % 2 == 1) power *= base;
    }
    return 2 * static_cast<float>(sharpness) * std::copysign(power, from_middle);
  }

  // Kingma and Ba, "Adam: a method for stochastic optimization", arXiv:1412.6980 (2014), algorithm 1.
  void update(size_t i, float g) {
    first_[i] = kDecay1 * first_[i] + (1 - kDecay1) * g;
    second_[i] = kDecay2 * second_[i] + (1 - kDecay2) * g * g;
    free_[i] -= kRate * (first_[i] / (1 - rate1_)) / (std::sqrt(second_[i] / (1 - rate2_)) + kTiny);
  }

  // Integers of a channel from the relaxed weights, then, one after another, those that lower the error on their own by
  // going the other way, until there is none.
  void settle(int64_t channel, std::vector<int8_t>& integers) const {
    const auto first = static_cast<size_t>(channel * p_.depth), depth = static_cast<size_t>(p_.depth);
    std::vector<bool> up(depth);
    std::vector<float> change(depth),
        slope(pull_.begin() + channel * p_.depth, pull_.begin() + (channel + 1) * p_.depth);
    for (size_t k = 0; k < depth; ++k) {
      const size_t i = first + k;
      up[k] = floor_[i] < exact_[i] && height(free_[i]) >= 0.5f;
      change[k] = floor_[i] + (up[k] ? 1.0f : 0.0f) - exact_[i];
    }
    for (size_t j = 0; j < depth; ++j) {
      for (size_t k = 0; k < depth; ++k) slope[k] += change[j] * moments_[j * depth + k];
    }
    for (size_t flips = 0; flips < 2 * depth; ++flips) {
      size_t best = depth;
      float gain = -1e-6f;  // a step that small is no gain but rounding
      for (size_t k = 0; k < depth; ++k) {
        if (floor_[first + k] == exact_[first + k]) continue;
        const float d = up[k] ? -1.0f : 1.0f;
        const float difference = 2 * d * slope[k] + moments_[k * depth + k];
        if (difference < gain) gain = difference, best = k;
      }
      if (best == depth) break;
      const float d = up[best] ? -1.0f : 1.0f;
      for (size_t k = 0; k < depth; ++k) slope[k] += d * moments_[best * depth + k];
      up[best] = !up[best];
    }
    for (size_t k = 0; k < depth; ++k) {
      integers[first + k] = static_cast<int8_t>(floor_[first + k] + (up[k] ? 1.0f : 0.0f));
    }
  }

  // By channel, the better of the two on the other positions.
  RoundingResult choose() const {
    std::vector<int8_t> adapted(size_);
    for (int64_t c = 0; c < p_.channels; ++c) settle(c, adapted);
    const std::vector<double> before = errors(p_.rounded), after = errors(adapted);
    RoundingResult result;
    result.rounded = p_.rounded;
    for (int64_t c = 0; c < p_.channels; ++c) {
      const auto at = static_cast<size_t>(c);
      result.error_before += before[at];
      result.error_after += std::min(before[at], after[at]);
      if (after[at] >= before[at]) continue;
      int64_t changed = 0;
      for (int64_t k = 0; k < p_.depth; ++k) {
        const auto i = static_cast<size_t>(c * p_.depth + k);
        changed += adapted[i] != p_.rounded[i] ? 1 : 0;
        result.rounded[i] = adapted[i];
      }
      result.changed += changed;
      result.channels += changed > 0 ? 1 : 0;
    }
    return result;
  }

  // By channel, the variance of the error over the positions that were not fitted to, times their number.
  std::vector<double> errors(const std::vector<int8_t>& integers) const {
    std::vector<float> weights(size_);
    for (size_t i = 0; i < size_; ++i) weights[i] = static_cast<float>(integers[i]) * scale_of(i);
    const int64_t count = p_.positions - fitted_;
    std::vector<float> sums(static_cast<size_t>(count * p_.channels));
    multiply({count, p_.channels, p_.depth}, p_.patches.data() + fitted_ * p_.depth, weights.data(), sums.data());
    std::vector<double> total(static_cast<size_t>(p_.channels), 0), squares(total);
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t c = 0; c < p_.channels; ++c) {
        const double error = double{sums[static_cast<size_t>(i * p_.channels + c)]} -
                             double{p_.wanted[static_cast<size_t>((fitted_ + i) * p_.channels + c)]};
        total[static_cast<size_t>(c)] += error;
        squares[static_cast<size_t>(c)] += error * error;
      }
    }
    for (size_t c = 0; c < total.size(); ++c) {
      squares[c] -= count > 0 ? total[c] * total[c] / static_cast<double>(count) : 0;
    }
    return squares;
  }

  const RoundingProblem& p_;
  const int64_t fitted_;  // the first positions; the others judge
  const size_t size_;
  std::vector<float> moments_, pull_, floor_, exact_, free_, first_, second_, change_, gradient_, sigmoid_;
  float keep_ = 1, norm_ = 0;
  float rate1_ = 1, rate2_ = 1;  // Adam's decays to the power of the step
};

}  // namespace

RoundingResult round_adaptively(const RoundingProblem& problem) { return Rounding(problem).run(); }

}  // namespace atl::quantizer

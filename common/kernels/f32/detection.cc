// TFLite_Detection_PostProcess: boxes from anchors, then non-maximum suppression.
//
// A box encoding (y, x, h, w) with the anchor (y', x', h', w') is the box with center y / y_scale h' + y' and half
// height exp(h / h_scale) h' / 2; x and w likewise; computed in double, each rounded to float32. Quantized encodings
// and anchors become (q - z) s in float32.
//
// Fast suppression takes the best class of every box, and gives the best classes of the boxes that are left. Regular
// suppression goes class by class. Boxes below the score threshold don't count; of two that overlap by more than the
// threshold (area of the intersection over that of the union) the one with the lower score, or later, is dropped. What
// the outputs have no boxes for is 0 (the reference leaves it as it was after fast suppression).
#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/graph/detection_options.h"
#include "common/kernels/f32/reduce_kernels.h"
#include "common/kernels/interface/op_context.h"
#include "common/numerics/elementary.h"

namespace atl::kernels::f32 {
namespace {

struct Box {
  float top, left, bottom, right;
};

struct Detection {
  size_t box;
  int64_t class_index;
  float score;
};

float overlap(const Box& a, const Box& b) {
  const auto area = [](const Box& box) { return (box.bottom - box.top) * (box.right - box.left); };
  const float area_a = area(a), area_b = area(b);
  if (area_a <= 0 || area_b <= 0) return 0;
  const float height = std::max(std::min(a.bottom, b.bottom) - std::max(a.top, b.top), 0.0f);
  const float width = std::max(std::min(a.right, b.right) - std::max(a.left, b.left), 0.0f);
  const float common = height * width;
  return common / (area_a + area_b - common);
}

// The elements of a tensor as float32, (q - z) s where it is quantized.
class Values {
 public:
  Values(const graph::Tensor& tensor, const ConstView& view) : view_(view) {
    if (tensor.quant.present()) scale_ = tensor.quant.scale[0];
    if (!tensor.quant.zero_point.empty()) zero_ = static_cast<float>(tensor.quant.zero_point[0]);
  }
  float operator[](size_t i) const {
    switch (view_.type) {
      case graph::DType::kUint8: return (static_cast<float>(view_.bytes[i]) - zero_) * scale_;
      case graph::DType::kInt8: return (static_cast<float>(static_cast<int8_t>(view_.bytes[i])) - zero_) * scale_;
      default: return view_.as<float>()[i];
    }
  }

 private:
  const ConstView& view_;
  float scale_ = 1, zero_ = 0;
};

double exponential(double x) { return numerics::exp_double(std::clamp(x, -700.0, 700.0)); }

class PostProcess final : public Kernel {
 public:
  PostProcess(const OpContext& context, graph::DetectionOptions options)
      : label_(context.label()),
        options_(options),
        boxes_(context.input(0)),
        classes_(context.input(1)),
        anchors_(context.input(2)),
        count_(static_cast<size_t>(context.input(0).shape[1])),
        columns_(static_cast<size_t>(context.input(1).shape[2])),
        background_(columns_ - static_cast<size_t>(options.num_classes)) {
    for (graph::Tensor* tensor : {&boxes_, &classes_, &anchors_}) tensor->data = nullptr;
  }

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    ATOLL_TRY(decode(inputs));
    read_scores(inputs[1]);
    for (const MutView& output : outputs) std::fill(output.bytes.begin(), output.bytes.end(), uint8_t{0});
    const size_t found = options_.use_regular_nms ? class_by_class(outputs) : all_classes(outputs);
    outputs[3].as<float>()[0] = static_cast<float>(found);
    return {};
  }

 private:
  Status decode(std::span<const ConstView> inputs) {
    const Values encodings(boxes_, inputs[0]), anchors(anchors_, inputs[2]);
    const auto width = static_cast<size_t>(boxes_.shape[2]);
    decoded_.clear();
    for (size_t i = 0; i < count_; ++i) {
      const auto place = [&](size_t k, float scale) {  // of a center
        return static_cast<float>(double{encodings[i * width + k]} / double{scale} * double{anchors[i * 4 + k + 2]} +
                                  double{anchors[i * 4 + k]});
      };
      const auto half = [&](size_t k, float scale) {  // of an extent
        return static_cast<float>(0.5 * exponential(double{encodings[i * width + k]} / double{scale}) *
                                  double{anchors[i * 4 + k]});
      };
      const float y = place(0, options_.y_scale), x = place(1, options_.x_scale);
      const float h = half(2, options_.h_scale), w = half(3, options_.w_scale);
      decoded_.push_back({y - h, x - w, y + h, x + w});
      if (decoded_.back().top > decoded_.back().bottom || decoded_.back().left > decoded_.back().right) {
        return make_error(ErrorCode::kInvalid, "{}: box {} has a negative extent", label_, i);
      }
    }
    return {};
  }

  // uint8 scores are dequantized as the reference's vector code does it, eight at a time, and its rest.
  void read_scores(const ConstView& view) {
    const size_t elements = count_ * columns_;
    scores_.resize(elements);
    if (view.type == graph::DType::kFloat32) {
      std::copy(view.as<float>().begin(), view.as<float>().end(), scores_.begin());
      return;
    }
    const graph::Quantization& quant = classes_.quant;
    const float scale = quant.present() ? quant.scale[0] : 1;
    const int64_t zero = quant.zero_point.empty() ? 0 : quant.zero_point[0];
    const auto bias = static_cast<float>(static_cast<double>(-zero) * double{scale});
    const bool is_signed = view.type == graph::DType::kInt8;
    for (size_t i = 0; i < elements; ++i) {
      const int q = is_signed ? static_cast<int8_t>(view.bytes[i]) : view.bytes[i];
      const bool in_vector = i < elements / 8 * 8;
      scores_[i] = in_vector ? static_cast<float>(q) * scale + bias
                             : static_cast<float>(double{scale} * static_cast<double>(q - zero));
    }
  }

  // The indices of the boxes that suppression leaves, best first, at most `most`.
  std::vector<size_t> suppress(const std::vector<float>& scores, size_t most) const {
    std::vector<size_t> order;
    for (size_t i = 0; i < scores.size(); ++i) {
      if (scores[i] >= options_.score_threshold) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
    std::vector<size_t> kept;
    for (const size_t candidate : order) {
      if (kept.size() >= most) break;
      const bool hidden = std::any_of(kept.begin(), kept.end(), [&](size_t better) {
        return overlap(decoded_[better], decoded_[candidate]) > options_.iou_threshold;
      });
      if (!hidden) kept.push_back(candidate);
    }
    return kept;
  }

  void write(std::span<const MutView> outputs, size_t place, const Detection& detection) const {
    const Box& box = decoded_[detection.box];
    const float corners[] = {box.top, box.left, box.bottom, box.right};
    std::copy(corners, corners + 4, &outputs[0].as<float>()[4 * place]);
    outputs[1].as<float>()[place] = static_cast<float>(detection.class_index);
    outputs[2].as<float>()[place] = detection.score;
  }

  size_t all_classes(std::span<const MutView> outputs) const {
    const auto classes = static_cast<size_t>(options_.num_classes);
    const auto wanted = static_cast<size_t>(options_.max_classes_per_detection);
    const size_t given = std::min(wanted, classes);
    std::vector<size_t> order(count_ * classes);
    std::vector<float> best(count_);
    for (size_t i = 0; i < count_; ++i) {
      best_classes(i, given, &order[i * classes]);
      best[i] = score(i, order[i * classes]);
    }
    const std::vector<size_t> kept = suppress(best, static_cast<size_t>(options_.max_detections));
    for (size_t k = 0; k < kept.size(); ++k) {
      for (size_t rank = 0; rank < given; ++rank) {
        const size_t class_index = order[kept[k] * classes + rank];
        write(outputs, k * wanted + rank, {kept[k], static_cast<int64_t>(class_index), score(kept[k], class_index)});
      }
    }
    return kept.size();
  }

  float score(size_t box, size_t class_index) const { return scores_[box * columns_ + background_ + class_index]; }

  // The `given` best classes of a box first in `order`.
  void best_classes(size_t box, size_t given, size_t* order) const {
    const float* scores = &scores_[box * columns_ + background_];
    const auto classes = static_cast<size_t>(options_.num_classes);
    std::iota(order, order + classes, size_t{0});
    if (given == 1) {
      for (size_t k = 1; k < classes; ++k) {
        const bool better = !std::isnan(scores[k]) && (std::isnan(scores[order[0]]) || scores[k] > scores[order[0]]);
        if (better) order[0] = k;
      }
      return;
    }
    // The order of equal scores is this function's, in the reference too.
    std::partial_sort(order, order + given, order + classes, [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  }

  size_t class_by_class(std::span<const MutView> outputs) const {
    const auto most = static_cast<size_t>(options_.max_detections);
    const size_t each = std::min(static_cast<size_t>(options_.detections_per_class), most);
    std::vector<Detection> found;
    std::vector<float> scores(count_);
    for (int32_t c = 0; c < options_.num_classes; ++c) {
      for (size_t i = 0; i < count_; ++i) scores[i] = score(i, static_cast<size_t>(c));
      const auto before = static_cast<int64_t>(found.size());
      for (const size_t box : suppress(scores, each)) found.push_back({box, c, scores[box]});
      std::inplace_merge(found.begin(), found.begin() + before, found.end(),
                         [](const Detection& a, const Detection& b) { return a.score > b.score; });
      if (found.size() > most) found.resize(most);
    }
    for (size_t k = 0; k < found.size(); ++k) write(outputs, k, found[k]);
    return found.size();
  }

  std::string label_;
  graph::DetectionOptions options_;
  graph::Tensor boxes_, classes_, anchors_;  // without their data
  size_t count_, columns_, background_;      // boxes; scores of each; 1 if the first score is the background's
  std::vector<Box> decoded_;
  std::vector<float> scores_;
};

}  // namespace

Result<PreparedKernel> prepare_detections(const OpContext& context) {
  const auto options = graph::read_detection_options(context.op().custom_options);
  if (!options.ok()) return Error(options.error()).with_place(context.label());
  return PreparedKernel(std::make_unique<PostProcess>(context, *options));
}

}  // namespace atl::kernels::f32

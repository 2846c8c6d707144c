// TFLite_Detection_PostProcess, whose options say how many boxes it gives.
#include "common/graph/detection_options.h"
#include "common/graph/shape_rules.h"

namespace atl::graph::shape_rules {

InferredAll detections(const OpView& op) {
  ATOLL_ASSIGN(const DetectionOptions options, read_detection_options(op.op.custom_options));
  ATOLL_ASSIGN(const Tensor* boxes, ranked(op, 0, "box encodings", 3));
  ATOLL_ASSIGN(const Tensor* classes, ranked(op, 1, "class predictions", 3));
  ATOLL_ASSIGN(const Tensor* anchors, ranked(op, 2, "anchors", 2));
  const int32_t count = boxes->shape[1], background = classes->shape[2] - options.num_classes;
  if (boxes->shape[0] != 1 || classes->shape[0] != 1) return invalid("it has a batch; one image alone is possible");
  if (classes->shape[1] != count || anchors->shape[0] < count || boxes->shape[2] < 4 || anchors->shape[1] != 4) {
    return invalid("its box encodings {}, class predictions {} and anchors {} do not go together",
                   shape_text(boxes->shape), shape_text(classes->shape), shape_text(anchors->shape));
  }
  if (background != 0 && background != 1) {
    return invalid("its options say {} classes, and there are predictions of {}", options.num_classes,
                   classes->shape[2]);
  }
  const auto found = static_cast<int32_t>(options.boxes());
  return std::vector<std::optional<Shape>>{Shape{1, found, 4}, Shape{1, found}, Shape{1, found}, Shape{1}};
}

}  // namespace atl::graph::shape_rules

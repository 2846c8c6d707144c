#include "common/graph/detection_options.h"

#include <flatbuffers/flexbuffers.h>

#include <cmath>

namespace atl::graph {
namespace {

template <typename... Args>
Error invalid(fmt::format_string<Args...> format, Args&&... args) {
  return make_error(ErrorCode::kInvalid, format, std::forward<Args>(args)...);
}

Status check(const DetectionOptions& options) {
  if (options.max_detections < 0 || options.max_classes_per_detection < 1 || options.boxes() > (1 << 24)) {
    return invalid("it asks for {} detections of {} classes each", options.max_detections,
                   options.max_classes_per_detection);
  }
  if (options.num_classes < 1) return invalid("its option num_classes is {}", options.num_classes);
  if (options.use_regular_nms && options.detections_per_class < 1) {
    return invalid("its option detections_per_class is {}", options.detections_per_class);
  }
  if (!(options.iou_threshold > 0 && options.iou_threshold <= 1)) {
    return invalid("its option nms_iou_threshold is {}; above 0 and at most 1 is needed", options.iou_threshold);
  }
  for (const float scale : {options.y_scale, options.x_scale, options.h_scale, options.w_scale}) {
    if (!std::isfinite(scale) || scale == 0) return invalid("one of the scales of its boxes is {}", scale);
  }
  return {};
}

}  // namespace

Result<DetectionOptions> read_detection_options(const std::vector<uint8_t>& bytes) {
  if (bytes.size() < 3 || !flexbuffers::VerifyBuffer(bytes.data(), bytes.size())) {
    return invalid("its options are not a FlexBuffer");
  }
  const flexbuffers::Reference root = flexbuffers::GetRoot(bytes.data(), bytes.size());
  if (!root.IsMap()) return invalid("its options are not a map of names and values");
  const flexbuffers::Map map = root.AsMap();
  for (const char* name : {"max_detections", "max_classes_per_detection", "nms_score_threshold", "nms_iou_threshold",
                           "num_classes", "y_scale", "x_scale", "h_scale", "w_scale"}) {
    if (!map[name].IsNumeric()) return invalid("its option {} is missing or not a number", name);
  }
  DetectionOptions options;
  options.max_detections = map["max_detections"].AsInt32();
  options.max_classes_per_detection = map["max_classes_per_detection"].AsInt32();
  if (!map["detections_per_class"].IsNull()) options.detections_per_class = map["detections_per_class"].AsInt32();
  if (!map["use_regular_nms"].IsNull()) options.use_regular_nms = map["use_regular_nms"].AsBool();
  options.score_threshold = map["nms_score_threshold"].AsFloat();
  options.iou_threshold = map["nms_iou_threshold"].AsFloat();
  options.num_classes = map["num_classes"].AsInt32();
  options.y_scale = map["y_scale"].AsFloat(), options.x_scale = map["x_scale"].AsFloat();
  options.h_scale = map["h_scale"].AsFloat(), options.w_scale = map["w_scale"].AsFloat();
  ATOLL_TRY(check(options));
  return options;
}

}  // namespace atl::graph

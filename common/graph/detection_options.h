// The options of TFLite_Detection_PostProcess, which a file keeps as a FlexBuffer map.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/result.h"

namespace atl::graph {

struct DetectionOptions {
  int32_t max_detections = 0;             // boxes in the outputs, of each of the classes below
  int32_t max_classes_per_detection = 1;  // fast suppression: classes given for one box
  int32_t detections_per_class = 100;     // regular suppression
  bool use_regular_nms = false;           // suppression class by class, instead of all classes of a box together
  float score_threshold = 0;
  float iou_threshold = 0;                                   // in (0, 1]
  int32_t num_classes = 0;                                   // without the background
  float y_scale = 1, x_scale = 1, h_scale = 1, w_scale = 1;  // what box encodings are divided by

  // Boxes in the outputs.
  int64_t boxes() const { return int64_t{max_detections} * max_classes_per_detection; }
};

// kInvalid: not a FlexBuffer map, an option that is missing or of no sense.
Result<DetectionOptions> read_detection_options(const std::vector<uint8_t>& bytes);

}  // namespace atl::graph

// TFLite_Detection_PostProcess on a few boxes worked out by hand.
#include <flatbuffers/flexbuffers.h>

#include "tests/kernels/one_op.h"

using namespace atl;
using namespace atl::kernels;
using namespace atl::kernels::test;
using graph::DType;
using graph::OpKind;
using graph::Shape;

namespace {

std::vector<uint8_t> options(bool regular, int classes_per_detection, float iou = 0.5f) {
  flexbuffers::Builder b;
  b.Map([&] {
    b.Int("max_detections", 3);
    b.Int("max_classes_per_detection", classes_per_detection);
    b.Int("detections_per_class", 2);
    b.Bool("use_regular_nms", regular);
    b.Float("nms_score_threshold", 0.25f);
    b.Float("nms_iou_threshold", iou);
    b.Int("num_classes", 2);
    for (const char* scale : {"y_scale", "x_scale", "h_scale", "w_scale"}) b.Float(scale, 1.0f);
  });
  b.Finish();
  return b.GetBuffer();
}

graph::Model detector(std::vector<uint8_t> custom, int32_t found) {
  graph::GraphBuilder b;
  const int32_t boxes = b.add_input("b", DType::kFloat32, {1, 4, 4}),
                scores = b.add_input("s", DType::kFloat32, {1, 4, 3});
  // Two anchors at one place, one half over them, one far away; 2 high and wide.
  const int32_t anchors = b.add_constant<float>("a", {4, 4}, {1, 1, 2, 2, 1, 1, 2, 2, 1, 1.5f, 2, 2, 9, 9, 2, 2});
  std::vector<graph::Tensor> outputs(4);
  const Shape shapes[] = {{1, found, 4}, {1, found}, {1, found}, {1}};
  for (size_t i = 0; i < 4; ++i)
    outputs[i].name = fmt::format("y{}", i), outputs[i].shape = shapes[i], outputs[i].has_rank = true;
  const int32_t first = b.add_op(OpKind::kDetectionPostProcess, graph::NoAttrs{}, {boxes, scores, anchors}, outputs);
  b.subgraph().ops[0].custom_code = "TFLite_Detection_PostProcess";
  b.subgraph().ops[0].custom_options = std::move(custom);
  for (int32_t i = 0; i < 4; ++i) b.mark_output(first + i);
  return b.finish();
}

const std::vector<float> kNoShift(16, 0.0f);  // the boxes are the anchors
// Background, two classes.
const std::vector<float> kScores{0, 0.6f, 0.1f, 0, 0.9f, 0.3f, 0, 0.2f, 0.8f, 0, 0.1f, 0.24f};

}  // namespace

TEST_CASE("fast suppression: the best class of every box, overlapping ones dropped") {
  const auto out = run_model(detector(options(false, 1), 3), {bytes_of(kNoShift), bytes_of(kScores)});
  // Box 1 hides box 0, and box 2 (which shares 3/5 with it); box 3 is below the threshold.
  CHECK(values_of<float>(out[3]) == std::vector<float>{1});
  CHECK(values_of<float>(out[0]) == std::vector<float>{0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(values_of<float>(out[1]) == std::vector<float>{0, 0, 0});
  CHECK(values_of<float>(out[2]) == std::vector<float>{0.9f, 0, 0});
}

TEST_CASE("a higher threshold keeps the half overlapped box; several classes a box") {
  const auto out = run_model(detector(options(false, 2, 0.7f), 6), {bytes_of(kNoShift), bytes_of(kScores)});
  CHECK(values_of<float>(out[3]) == std::vector<float>{2});
  CHECK(values_of<float>(out[1]) == std::vector<float>{0, 1, 1, 0, 0, 0});
  CHECK(values_of<float>(out[2]) == std::vector<float>{0.9f, 0.3f, 0.8f, 0.2f, 0, 0});
  const auto boxes = values_of<float>(out[0]);
  CHECK(std::vector<float>(boxes.begin() + 8, boxes.begin() + 12) == std::vector<float>{0, 0.5f, 2, 2.5f});
}

TEST_CASE("regular suppression goes class by class and merges by score") {
  const auto out = run_model(detector(options(true, 1), 3), {bytes_of(kNoShift), bytes_of(kScores)});
  CHECK(values_of<float>(out[3]) == std::vector<float>{2});
  CHECK(values_of<float>(out[1]) == std::vector<float>{0, 1, 0});
  CHECK(values_of<float>(out[2]) == std::vector<float>{0.9f, 0.8f, 0});
}

TEST_CASE("options that say nothing are refused") {
  CHECK_FALSE(graph::verify(detector({}, 3)).ok());
  CHECK_FALSE(graph::verify(detector({1, 2, 3, 4, 5, 6, 7}, 3)).ok());
  CHECK_FALSE(graph::verify(detector(options(false, 0), 3)).ok());
  CHECK_FALSE(graph::verify(detector(options(false, 1, 0.0f), 3)).ok());
  CHECK_FALSE(graph::verify(detector(options(false, 1), 4)).ok());  // another number of boxes than in the outputs
}

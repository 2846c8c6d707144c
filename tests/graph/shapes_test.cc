#include <catch2/catch.hpp>

#include <initializer_list>

#include "common/graph/builder.h"
#include "common/graph/shapes.h"
#include "common/graph/window.h"

using namespace atl::graph;

namespace {

// A subgraph with operands of these shapes and an operator on all of them.
struct Case {
  Subgraph subgraph;
  Op op;

  Case(OpKind kind, Attributes attrs, std::initializer_list<Shape> shapes) {
    op.kind = kind;
    op.attrs = std::move(attrs);
    for (const Shape& shape : shapes) {
      Tensor tensor;
      tensor.shape = shape;
      op.inputs.push_back(static_cast<int32_t>(subgraph.tensors.size()));
      subgraph.tensors.push_back(tensor);
    }
  }
  // Makes the last operand an int32 constant.
  Case& with(const std::vector<int32_t>& values) {
    Tensor& tensor = subgraph.tensors.back();
    tensor.type = DType::kInt32;
    std::vector<uint8_t> bytes(values.size() * 4);
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    tensor.data = make_buffer(std::move(bytes));
    return *this;
  }
  // The shape as text, "unknown", or the error.
  std::string result() const {
    const auto shapes = infer_shapes(subgraph, op);
    if (!shapes.ok()) return shapes.error().text();
    return (*shapes)[0] ? shape_text(*(*shapes)[0]) : "unknown";
  }
};

}  // namespace

TEST_CASE("windows: positions and padding by definition") {
  for (int32_t input = 1; input <= 9; ++input) {
    for (int32_t filter = 1; filter <= 4; ++filter) {
      for (int32_t stride = 1; stride <= 3; ++stride) {
        for (int32_t dilation = 1; dilation <= 3; ++dilation) {
          const int32_t reach = (filter - 1) * dilation + 1;
          int32_t whole = 0;  // windows that lie inside the input, counted one by one
          for (int32_t start = 0; start + reach <= input; start += stride) ++whole;
          const auto valid = window_axis(Padding::kValid, input, filter, stride, dilation);
          CHECK(valid.ok() == (whole > 0));
          if (valid.ok()) CHECK(valid->output == whole);

          int32_t starts = 0;  // SAME: a window at every stride-th element
          for (int32_t start = 0; start < input; start += stride) ++starts;
          const auto same = window_axis(Padding::kSame, input, filter, stride, dilation);
          REQUIRE(same.ok());
          CHECK(same->output == starts);
          const int32_t padded = std::max(0, (starts - 1) * stride + reach - input);
          CHECK(same->pad_before == padded / 2);
        }
      }
    }
  }
  CHECK(window_axis(Padding::kValid, 3, 3, 1, 2).error().text() ==
        "a window that spans 5 elements does not fit into 3 without padding (VALID)");
  CHECK(window_axis(Padding::kSame, 3, INT32_MAX, 1, INT32_MAX).error().text() ==
        "a window that spans 4611686011984936963 elements is too long");
}

TEST_CASE("shapes of convolutions and poolings") {
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{Padding::kSame, 2, 1}, {{2, 7, 8, 6}, {5, 3, 3, 6}, {5}}).result() ==
        "2x4x8x5");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{Padding::kValid, 1, 1, 2, 3}, {{1, 7, 9, 6}, {4, 3, 3, 3}}).result() ==
        "1x3x3x4");
  CHECK(Case(OpKind::kDepthwiseConv2D, DepthwiseConv2DAttrs{}, {{1, 5, 5, 3}, {1, 3, 3, 6}, {6}}).result() ==
        "1x5x5x6");
  CHECK(Case(OpKind::kMaxPool2D, Pool2DAttrs{Padding::kValid, 2, 2, 3, 2}, {{1, 7, 6, 3}}).result() == "1x3x3x3");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{}, {{1, 7, 8, 5}, {4, 3, 3, 2}}).result() ==
        "its filter 4x3x3x2 (O x H x W x I) does not divide the 5 input channels into groups");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{}, {{1, 7, 8, 5}, {4, 3, 3, 10}}).result() ==
        "its filter 4x3x3x10 (O x H x W x I) does not divide the 5 input channels into groups");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{}, {{1, 7, 8, 4}, {4, 3, 3, 4}, {3}}).result() ==
        "its bias has shape 3; the weights have 4 output channels");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{}, {{7, 8, 5}, {4, 3, 3, 5}}).result() ==
        "its input has shape 7x8x5; 4 axes are needed");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{}, {{1, 7, 0, 5}, {4, 3, 3, 5}}).result() ==
        "its input has shape 1x7x0x5; there is nothing to compute with");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{}, {{1, 7, 8, 5}}).result() == "its input 1 (filter) is left out");
  CHECK(Case(OpKind::kConv2D, Conv2DAttrs{Padding::kSame, 0, 1}, {{1, 7, 8, 5}, {4, 3, 3, 5}}).result() ==
        "its stride is 0x1; both must be at least 1");
  CHECK(Case(OpKind::kDepthwiseConv2D, DepthwiseConv2DAttrs{}, {{1, 5, 5, 3}, {1, 3, 3, 5}}).result() ==
        "its filter 1x3x3x5 is not 1 x H x W x a multiple of the 3 input channels");
  CHECK(Case(OpKind::kAveragePool2D, Pool2DAttrs{Padding::kValid, 1, 1, 0, 2}, {{1, 7, 6, 3}}).result() ==
        "its filter is 0x2; both must be at least 1");
}

TEST_CASE("shapes of matrix products and sums") {
  CHECK(Case(OpKind::kFullyConnected, FullyConnectedAttrs{}, {{2, 3, 4}, {5, 4}, {5}}).result() == "6x5");
  CHECK(Case(OpKind::kFullyConnected, FullyConnectedAttrs{}, {{2, 3, 4}, {5, 12}}).result() == "2x5");
  FullyConnectedAttrs keep;
  keep.keep_num_dims = true;
  CHECK(Case(OpKind::kFullyConnected, keep, {{2, 3, 4}, {5, 4}}).result() == "2x3x5");
  CHECK(Case(OpKind::kFullyConnected, keep, {{2, 3, 4}, {5, 12}}).result() ==
        "its input 2x3x4 keeps its axes, so the last one must have the 12 elements of the weights' rows");
  CHECK(Case(OpKind::kFullyConnected, FullyConnectedAttrs{}, {{2, 3, 4}, {5, 7}}).result() ==
        "its input 2x3x4 does not consist of rows of 7 elements, as the weights 5x7 need");
  CHECK(Case(OpKind::kAdd, AddAttrs{}, {{2, 1, 4}, {3, 1}}).result() == "2x3x4");
  CHECK(Case(OpKind::kAdd, AddAttrs{}, {{}, {3, 1}}).result() == "3x1");
  CHECK(Case(OpKind::kAdd, AddAttrs{}, {{2, 3}, {3, 2}}).result() ==
        "its operands 2x3 and 3x2 can't be broadcast to one shape");
}

TEST_CASE("shapes of operators that move elements") {
  CHECK(Case(OpKind::kReshape, ReshapeAttrs{}, {{2, 3, 4}, {2}}).with({-1, 6}).result() == "4x6");
  CHECK(Case(OpKind::kReshape, ReshapeAttrs{{3, 8}}, {{2, 3, 4}}).result() == "3x8");
  CHECK(Case(OpKind::kReshape, ReshapeAttrs{{0}}, {{1, 1}}).result() == "scalar");
  CHECK(Case(OpKind::kReshape, ReshapeAttrs{}, {{1, 1}, {0}}).with({}).result() == "scalar");
  CHECK(Case(OpKind::kReshape, ReshapeAttrs{}, {{2, 3, 4}, {2}}).with({5, -1}).result() ==
        "it asks for shape 5x-1 of 24 elements (2x3x4)");
  CHECK(Case(OpKind::kReshape, ReshapeAttrs{}, {{2, 3, 4}, {2}}).with({-1, -1}).result() ==
        "it asks for shape -1x-1; one extent may be -1, the others must be 0 or more");
  CHECK(Case(OpKind::kReshape, ReshapeAttrs{}, {{2, 3, 4}, {3}}).with({INT32_MAX, INT32_MAX, INT32_MAX}).result() ==
        "it asks for shape 2147483647x2147483647x2147483647 of 24 elements (2x3x4)");
  Case computed(OpKind::kReshape, ReshapeAttrs{}, {{2, 3, 4}, {2}});
  computed.subgraph.tensors[1].type = DType::kInt32;
  CHECK(computed.result() == "unknown");

  CHECK(Case(OpKind::kSqueeze, SqueezeAttrs{}, {{1, 3, 1, 4}}).result() == "3x4");
  CHECK(Case(OpKind::kSqueeze, SqueezeAttrs{{-2}}, {{1, 3, 1, 4}}).result() == "1x3x4");
  CHECK(Case(OpKind::kSqueeze, SqueezeAttrs{{1}}, {{1, 3, 1, 4}}).result() ==
        "it drops axis 1 of its input 1x3x1x4, whose extent is not 1");
  CHECK(Case(OpKind::kSqueeze, SqueezeAttrs{{4}}, {{1, 3, 1, 4}}).result() ==
        "its axis 4 is outside the 4 axes of its input 1x3x1x4");

  CHECK(Case(OpKind::kConcatenation, ConcatenationAttrs{-1}, {{2, 3}, {2, 4}}).result() == "2x7");
  CHECK(Case(OpKind::kConcatenation, ConcatenationAttrs{0}, {{2, 3}, {2, 4}}).result() ==
        "its inputs 2x3 and 2x4 differ outside axis 0");
  CHECK(Case(OpKind::kConcatenation, ConcatenationAttrs{-3}, {{2, 3}, {2, 4}}).result() ==
        "its axis -3 is outside the 2 axes of its input 2x3");
  CHECK(Case(OpKind::kConcatenation, ConcatenationAttrs{0}, {{INT32_MAX}, {INT32_MAX}}).result() ==
        "its inputs have 4294967294 elements along axis 0");

  CHECK(Case(OpKind::kPad, NoAttrs{}, {{2, 3}, {2, 2}}).with({0, 1, 2, 0}).result() == "3x5");
  CHECK(Case(OpKind::kPad, NoAttrs{}, {{2, 3}, {2, 2}}).with({0, -1, 2, 0}).result() ==
        "it pads axis 0 of its input 2x3 by 0 and -1; both must be 0 or more and the result below 2^31");
  CHECK(Case(OpKind::kPad, NoAttrs{}, {{2, 3}, {2, 2}}).with({0, INT32_MAX, 0, 0}).result() ==
        "it pads axis 0 of its input 2x3 by 0 and 2147483647; both must be 0 or more and the result below 2^31");
  CHECK(Case(OpKind::kPad, NoAttrs{}, {{2, 3}, {2, 2}}).with({0, 100000000, 0, 100000000}).result() ==
        "its output would have shape 100000002x100000003; a tensor may have 2147483647 elements");
  CHECK(Case(OpKind::kPad, NoAttrs{}, {{2, 3}, {3, 2}}).with({0, 0, 0, 0, 0, 0}).result() ==
        "its paddings have shape 3x2; 2x2 is needed for its input 2x3");

  CHECK(Case(OpKind::kMean, ReduceAttrs{true}, {{2, 3, 4}, {2}}).with({1, -1}).result() == "2x1x1");
  CHECK(Case(OpKind::kMean, ReduceAttrs{false}, {{2, 3, 4}, {2}}).with({1, 1}).result() == "2x4");
  CHECK(Case(OpKind::kMean, ReduceAttrs{false}, {{2, 3, 4}, {1}}).with({3}).result() ==
        "its axis 3 is outside the 3 axes of its input 2x3x4");
  CHECK(Case(OpKind::kSoftmax, SoftmaxAttrs{}, {{}}).result() == "its input is a scalar; at least one axis is needed");
  CHECK(Case(OpKind::kRelu, NoAttrs{}, {{2, 5}}).result() == "2x5");
}

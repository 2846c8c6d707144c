// The form of every activation: float32, int8 or int16, by the operators that compute and read it.
#pragma once

#include <optional>
#include <vector>

#include "common/graph/model.h"
#include "quantizer/plan/scheme.h"

namespace atl::quantizer {

// Types of the model's float32 inputs and outputs after quantization: int8, uint8, int16 or float32. Those that are
// not float32 in the float model keep their type.
struct EdgeTypes {
  graph::DType input = graph::DType::kInt8;
  graph::DType output = graph::DType::kInt8;
};

// What is decided for one operator.
struct OpChoice {
  Precision precision = Precision::kInt8;
  bool one_weight_scale = false;  // not one a channel
  float weight_scale = 0;         // that one, if training settled it; 0: by the values
  size_t rule = 0;                // of the recipe, from 1, that gave it its precision; 0: none
};

struct Forms {
  // By operator: the type that it reads and writes its activations in; float32 as well for operators without any.
  std::vector<graph::DType> of_op;
  // By tensor: the type it is computed or fed in; nothing if it is no activation. Who reads it in another form reads a
  // converted copy.
  //   computed    that of its operator
  //   an input    the edge's (int8 for uint8); but with an edge of float32 the type that all readers want, and behind
  //               one of uint8 float32 where all want that
  //   a variable  float32
  std::vector<std::optional<graph::DType>> own;
  EdgeTypes edges;

  bool is_integer(size_t op) const { return of_op[op] != graph::DType::kFloat32; }
};

// `choices` by operator of the subgraph.
Forms find_forms(const graph::Subgraph& subgraph, const std::vector<OpChoice>& choices, const EdgeTypes& edges);

}  // namespace atl::quantizer

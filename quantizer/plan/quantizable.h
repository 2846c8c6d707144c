// What stands in the way of a quantized model, found before any data is asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/plan/forms.h"
#include "quantizer/plan/op_obstacles.h"

namespace atl::quantizer {

// Something that can't be quantized: an operator, or what concerns the model as a whole.
struct Refusal {
  size_t subgraph = 0;
  std::optional<size_t> op;  // in its subgraph
  std::string label;    // "SIN #0 'Sin'", with "subgraph 1 'body': " before it in other subgraphs than the main one
  std::string reason;   // a clause after the label: "has no integer form that the quantizer makes"
  std::string message;  // the whole sentence that refuses the model, with what would help
  bool can_be_float = true;  // it can stay as it is between integer operators
};

// Everything that can't be quantized to what is chosen for the operators of the main subgraph (those of other subgraphs
// get `elsewhere`). Operators that are to stay in float32 are only looked at for whether they can run at all. The model
// has passed graph::verify.
std::vector<Refusal> find_refusals(const graph::Model& model, const std::vector<OpChoice>& choices,
                                   Precision elsewhere);

// kUnsupported for a model that computes nothing in float32.
Status check_computes_in_float(const graph::Model& model);

// Success, or one kUnsupported error: check_computes_in_float, or a message for every refusal.
Status check_quantizable(const graph::Model& model, Scheme scheme = Scheme::kInt8);

}  // namespace atl::quantizer

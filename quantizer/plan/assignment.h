// Which operator gets what: the mode's precision, what a recipe says, or float32 where nothing else goes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/plan/forms.h"
#include "quantizer/plan/recipe.h"

namespace atl::quantizer {

struct ChoiceRequest {
  Precision usual = Precision::kInt8;  // of the operators that no rule is for
  bool one_scale_for_dense = false;    // FULLY_CONNECTED weights have one scale where no rule says otherwise
  const Recipe* recipe = nullptr;      // null: no rules
};

// The choices for the operators of a float model's main subgraph. kInvalid for rules that fit nothing.
Result<std::vector<OpChoice>> choose(const graph::Model& model, const ChoiceRequest& request);

// Whether some of them are to compute in integers. Without, weights alone are quantized: data isn't needed, and nothing
// that can't be quantized stands in the way.
bool wants_integers(const std::vector<OpChoice>& choices);

// The choices for the operators of a subgraph that came out of the preparation of `original`: tensors keep their
// indices, operators may be joined and have shown_index. Those that were joined get what the one of their kind gets, in
// the widest form of activations among them.
std::vector<OpChoice> choices_after(const graph::Subgraph& prepared, const graph::Subgraph& original,
                                    const std::vector<OpChoice>& choices);

// Something of the float model that computes in float32 in a model that is otherwise integer.
struct FloatOperator {
  size_t subgraph = 0;
  std::optional<size_t> op;  // index in its subgraph, as messages show it; nothing: what isn't an operator
  std::string label;
  std::string reason;  // a clause after "it"
  size_t rule = 0;     // the recipe's rule that asks for it, from 1; 0: none

  // "SIN #0 'Sin' stays in float32: it has no integer form that the quantizer makes".
  std::string text() const;
};

struct Assignment {
  std::vector<OpChoice> choices;
  std::vector<FloatOperator> in_float;
};

// Settles what becomes of operators that can't be quantized, before data is asked for. The model is prepared.
//   kUnsupported  a model that computes nothing in float32; everything that stands in the way (quantizable.h) in one
//                 error. With float_fallback that is only what can't stay in float32 either.
Result<Assignment> settle(const graph::Model& model, std::vector<OpChoice> choices, Scheme scheme, bool float_fallback);

}  // namespace atl::quantizer

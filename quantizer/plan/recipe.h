// A recipe: what single operators get instead of what the mode gives them. docs/quantization.md describes the file.
//
//   [{"regex": "block_[12]/", "operation": "CONV_2D", "precision": "int16x8"},
//    {"operation": "FULLY_CONNECTED", "weight_granularity": "per-tensor"},
//    {"tensor": "logits", "exclude": true}]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "quantizer/plan/forms.h"

namespace atl::quantizer {

struct RecipeRule {
  // Which operators; what isn't given holds for all.
  std::string regex;                       // found in the name of one of its outputs
  std::string tensor;                      // found in the name of one of its operands, outputs and constants included
  std::optional<graph::OpKind> operation;  // of this kind
  // What they get.
  std::optional<Precision> precision;
  std::optional<bool> one_weight_scale;
};

struct Recipe {
  std::string source;  // the file, for messages
  std::vector<RecipeRule> rules;
};

// kInvalid, with everything that is wrong with the text in one error: `source` stands before each message.
Result<Recipe> parse_recipe(std::string_view text, const std::string& source);

// Gives the operators that compute in float32 what the rules say of them; later rules win. kInvalid for every rule that
// fits no such operator, with what comes near.
Status apply_recipe(const Recipe& recipe, const graph::Subgraph& subgraph, std::vector<OpChoice>& choices);

}  // namespace atl::quantizer

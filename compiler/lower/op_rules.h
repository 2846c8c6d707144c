// What an op must fulfil to run on the accelerator. A rule states itself once: its text is the message, the reason in
// reports and the manual; its predicate says what was seen instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/graph/op_view.h"

namespace atl::compiler {

struct OpRule {
  std::vector<graph::OpKind> kinds;  // empty: every kind
  std::string text;                  // "activations are int8 or uint8"
  // Nothing if the rule holds, else what was seen.
  std::optional<std::string> (*violation)(const graph::OpView& op);
};

// All rules, in the order in which they are tried: a rule may rely on those before it.
const std::vector<OpRule>& op_rules();

// The first rule broken, as a reason: "activations must be ...; input 0 is float32". Nothing: the accelerator can run
// the op.
std::optional<std::string> why_not_on_accelerator(const graph::OpView& op);

}  // namespace atl::compiler

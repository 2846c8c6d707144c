#include "quantizer/plan/recipe.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "common/graph/builtin_names.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/plan/name_pattern.h"
#include "quantizer/plan/near_names.h"

namespace atl::quantizer {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kNamesShown = 3;
constexpr std::array kFields{"regex", "tensor", "operation", "precision", "weight_granularity", "exclude"};

// One rule of the file; what is wrong with it goes to `errors`.
class RuleParser {
 public:
  RuleParser(const Json& json, const std::string& place, ErrorCollector& errors)
      : json_(json), place_(place), errors_(errors) {}

  RecipeRule run() {
    if (!json_.is_object()) {
      add("is {}; a rule is an object, {{\"regex\": \"...\", \"precision\": \"...\"}}", json_.dump());
      return {};
    }
    for (const auto& [name, value] : json_.items()) check_field(name);
    rule_.regex = pattern("regex");
    rule_.tensor = pattern("tensor");
    operation();
    precision();
    granularity();
    exclude();
    if (!json_.contains("regex") && !json_.contains("tensor") && !json_.contains("operation")) {
      add("says nothing of which operators it is for: give \"regex\", \"tensor\" or \"operation\"");
    }
    if (!json_.contains("precision") && !json_.contains("weight_granularity") && !json_.contains("exclude")) {
      add("says nothing of what they get: give \"precision\", \"weight_granularity\" or \"exclude\"");
    }
    return std::move(rule_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    errors_.add(make_error(ErrorCode::kInvalid, "{} {}", place_, fmt::format(format, std::forward<Args>(args)...)));
  }

  void check_field(const std::string& name) {
    if (std::find(kFields.begin(), kFields.end(), name) != kFields.end()) return;
    const auto near = nearest_names(name, {kFields.begin(), kFields.end()}, 1);
    if (edit_distance(name, near[0]) <= 3) {
      add("has a field {}; is \"{}\" meant?", graph::quoted(name), near[0]);
    } else {
      add("has a field {}; fields are {}", graph::quoted(name), fmt::join(kFields, ", "));
    }
  }

  // The text of a field; empty when it isn't there, or is none.
  std::string text(const char* field, const char* choices) {
    if (!json_.contains(field)) return {};
    if (json_[field].is_string() && !json_[field].get<std::string>().empty()) return json_[field];
    add("has the {} {}; it is {}", field, json_[field].dump(), choices);
    return {};
  }

  std::string pattern(const char* field) {
    const std::string expression = text(field, "a regular expression on names");
    if (expression.empty()) return {};
    const auto compiled = NamePattern::create(expression);
    if (compiled.ok()) return expression;
    add("has the {} {}, which {}", field, graph::quoted(expression), compiled.error().text());
    return {};
  }

  void operation() {
    const std::string name = text("operation", "an operator's name, CONV_2D say, or \"*\"");
    if (name.empty() || name == "*") return;
    rule_.operation = graph::op_kind_from_name(name);
    if (rule_.operation && *rule_.operation != graph::OpKind::kUnknown) return;
    std::vector<std::string> names;
#define ATOLL_OP(Name, BUILTIN, code, Attrs, Table, shape, rule, engine, doc) names.push_back(#BUILTIN);
#include "common/graph/ops.def"
#undef ATOLL_OP
    add("has the operation {}, which no operator is called; near are {}", graph::quoted(name),
        fmt::join(nearest_names(name, std::move(names), kNamesShown), ", "));
  }

  void precision() {
    const std::string name = text("precision", kPrecisions);
    if (name.empty()) return;
    rule_.precision = precision_from_name(name);
    if (!rule_.precision) add("has the precision {}; it is {}", graph::quoted(name), kPrecisions);
  }

  void granularity() {
    const std::string name = text("weight_granularity", kGranularities);
    if (name.empty()) return;
    if (name == "per-channel" || name == "per-tensor") {
      rule_.one_weight_scale = name == "per-tensor";
    } else {
      add("has the weight_granularity {}; it is {}", graph::quoted(name), kGranularities);
    }
  }

  void exclude() {
    if (!json_.contains("exclude")) return;
    if (json_["exclude"] != true) add("has the exclude {}; it is true, or left out", json_["exclude"].dump());
    if (json_.contains("precision")) add("has a precision and excludes; one of the two is left out");
    rule_.precision = Precision::kFloat32;
  }

  static constexpr const char* kPrecisions = "int8, int16x8, float32, dynamic-range, weight-only or float16";
  static constexpr const char* kGranularities = "per-channel or per-tensor";

  const Json& json_;
  const std::string& place_;
  ErrorCollector& errors_;
  RecipeRule rule_;
};

Result<std::vector<RecipeRule>> parse_rules(std::string_view text) {
  if (text.size() > kMaxBytes) return make_error(ErrorCode::kInvalid, "has more than {} bytes", kMaxBytes);
  // Without this, brackets within brackets could exhaust the stack of whoever frees the value.
  constexpr int kDeepest = 8;
  const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= kDeepest; };
  const Json json = Json::parse(text, shallow, false);
  if (json.is_discarded()) return make_error(ErrorCode::kInvalid, "is not JSON");
  if (!json.is_array() || json.empty()) {
    return make_error(ErrorCode::kInvalid, "is not a recipe: a list of rules, [{{\"regex\": \"...\", ...}}, ...]");
  }
  ErrorCollector errors;
  std::vector<RecipeRule> rules;
  for (size_t i = 0; i < json.size(); ++i) {
    const std::string place = fmt::format("rule {}", i + 1);
    rules.push_back(RuleParser(json[i], place, errors).run());
  }
  ATOLL_TRY(std::move(errors).status());
  return rules;
}

// A rule ready to be held against operators.
class Matcher {
 public:
  Matcher(const RecipeRule& rule, const graph::Subgraph& subgraph)
      : rule_(rule), subgraph_(subgraph), regex_(compiled(rule.regex)), tensor_(compiled(rule.tensor)) {}

  bool fits(const graph::Op& op) const {
    if (rule_.operation && *rule_.operation != op.kind) return false;
    if (regex_ && !found(*regex_, op.outputs)) return false;
    return !tensor_ || found(*tensor_, op.outputs) || found(*tensor_, op.inputs);
  }

 private:
  static std::optional<NamePattern> compiled(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return std::move(NamePattern::create(text)).value();  // parse_recipe has seen to it
  }
  bool found(const NamePattern& pattern, const std::vector<int32_t>& tensors) const {
    return std::any_of(tensors.begin(), tensors.end(), [&](int32_t index) {
      return index != graph::kNoTensor && pattern.found_in(tensor_at(subgraph_, index).name);
    });
  }

  const RecipeRule& rule_;
  const graph::Subgraph& subgraph_;
  const std::optional<NamePattern> regex_, tensor_;
};

// What is near to a rule that fits nothing.
std::string near_text(const RecipeRule& rule, const graph::Subgraph& subgraph) {
  std::vector<std::string> kinds, outputs, operands;
  const bool has_kind = std::any_of(subgraph.ops.begin(), subgraph.ops.end(), [&](const graph::Op& op) {
    return rule.operation == op.kind && computes_in_float(subgraph, op);
  });
  for (const graph::Op& op : subgraph.ops) {
    if (!computes_in_float(subgraph, op)) continue;
    kinds.push_back(op_name(op));
    if (has_kind && rule.operation != op.kind) continue;
    for (int32_t index : op.outputs) outputs.push_back(tensor_at(subgraph, index).name);
    for (const auto* list : {&op.outputs, &op.inputs}) {
      for (int32_t index : *list) {
        if (index != graph::kNoTensor) operands.push_back(tensor_at(subgraph, index).name);
      }
    }
  }
  const auto near = [](const std::string& text, std::vector<std::string> names, const char* what) {
    std::vector<std::string> nearest = nearest_names(text, std::move(names), kNamesShown);
    for (std::string& name : nearest) name = graph::quoted(name);
    return fmt::format("{} near '{}': {}", what, text, fmt::join(nearest, ", "));
  };
  std::vector<std::string> parts;
  if (!rule.regex.empty()) parts.push_back(near(rule.regex, std::move(outputs), "outputs with names"));
  if (!rule.tensor.empty()) parts.push_back(near(rule.tensor, std::move(operands), "tensors with names"));
  if (rule.operation && !has_kind) {
    const std::string name(graph::op_info(*rule.operation).name);
    parts.push_back(fmt::format("kinds there are: {}", fmt::join(nearest_names(name, std::move(kinds), 10), ", ")));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

Result<Recipe> parse_recipe(std::string_view text, const std::string& source) {
  Result<std::vector<RecipeRule>> rules = parse_rules(text);
  if (!rules.ok()) return std::move(rules).error().with_place(source);
  return Recipe{source, std::move(rules).value()};
}

Status apply_recipe(const Recipe& recipe, const graph::Subgraph& subgraph, std::vector<OpChoice>& choices) {
  ErrorCollector errors;
  for (size_t r = 0; r < recipe.rules.size(); ++r) {
    const RecipeRule& rule = recipe.rules[r];
    const Matcher matcher(rule, subgraph);
    bool fits_any = false;
    for (size_t i = 0; i < subgraph.ops.size(); ++i) {
      if (!computes_in_float(subgraph, subgraph.ops[i]) || !matcher.fits(subgraph.ops[i])) continue;
      fits_any = true;
      if (rule.precision) choices[i].precision = *rule.precision, choices[i].rule = r + 1;
      if (rule.one_weight_scale) choices[i].one_weight_scale = *rule.one_weight_scale;
    }
    if (fits_any) continue;
    errors.add(make_error(ErrorCode::kInvalid, "{}: rule {} fits no operator that computes in float32; {}",
                          recipe.source, r + 1, near_text(rule, subgraph)));
  }
  return std::move(errors).status();
}

}  // namespace atl::quantizer

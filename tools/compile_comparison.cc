#include "tools/compile_comparison.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "common/base/file.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

constexpr size_t kOpsShown = 10;

// Where a figure stands in a report, and what it is called.
struct Figure {
  const char* name;
  Json::json_pointer place;
};
const std::array kFigures{
    Figure{"cycles", "/estimated_cycles"_json_pointer},
    Figure{"ops on the accelerator", "/accelerated_ops"_json_pointer},
    Figure{"off-chip bytes read", "/statistics/offchip_bytes/read"_json_pointer},
    Figure{"off-chip bytes written", "/statistics/offchip_bytes/written"_json_pointer},
    Figure{"parameter bytes cached", "/cached_parameter_bytes"_json_pointer},
    Figure{"parameter bytes streamed", "/streamed_parameter_bytes"_json_pointer},
};

int64_t figure(const Json& report, const Json::json_pointer& place) {
  return report.contains(place) ? report.at(place).get<int64_t>() : 0;
}

// The cycles that each operator took, by its index.
std::map<int64_t, int64_t> cycles_of_layers(const Json& report) {
  std::map<int64_t, int64_t> cycles;
  if (!report.contains("statistics")) return cycles;
  for (const Json& layer : report.at("statistics").at("layers")) {
    cycles[layer.at("op").get<int64_t>()] = layer.at("end").get<int64_t>() - layer.at("start").get<int64_t>();
  }
  return cycles;
}

Json cycles_of(const std::map<int64_t, int64_t>& layers, int64_t op) {
  const auto found = layers.find(op);
  return found == layers.end() ? Json() : Json(found->second);
}

int64_t change(const Json& op) {
  const auto value = [](const Json& cycles) { return cycles.is_null() ? 0 : cycles.get<int64_t>(); };
  return value(op.at("now").at("cycles")) - value(op.at("before").at("cycles"));
}

// "-12.3 %", or nothing where there is nothing to divide by.
std::string change_text(int64_t before, int64_t now) {
  if (before == 0) return now == 0 ? "0.0 %" : "";
  return fmt::format("{:+.1f} %", 100.0 * static_cast<double>(now - before) / static_cast<double>(before));
}

std::string place_text(const Json& side) {
  return side.at("cycles").is_null() ? side.at("where").get<std::string>() : grouped(side.at("cycles").get<int64_t>());
}

Result<Json> compare_ops(const Json& before, const Json& now) {
  const Json &old_ops = before.at("ops"), &new_ops = now.at("ops");
  if (old_ops.size() != new_ops.size()) {
    return make_error(ErrorCode::kInvalid, "is of another model: it has {} operators, this one {}", old_ops.size(),
                      new_ops.size());
  }
  const auto old_cycles = cycles_of_layers(before), new_cycles = cycles_of_layers(now);
  Json changed = Json::array();
  for (size_t i = 0; i < new_ops.size(); ++i) {
    const Json &a = old_ops[i], &b = new_ops[i];
    if (a.at("name") != b.at("name")) {
      return make_error(ErrorCode::kInvalid, "is of another model: its operator {} is {}, here {}", i,
                        a.at("name").get<std::string>(), b.at("name").get<std::string>());
    }
    const int64_t index = b.at("index").get<int64_t>();
    Json op{{"index", index},
            {"name", b.at("name")},
            {"before", {{"where", a.at("where")}, {"cycles", cycles_of(old_cycles, index)}}},
            {"now", {{"where", b.at("where")}, {"cycles", cycles_of(new_cycles, index)}}}};
    if (op.at("before") != op.at("now")) changed.push_back(std::move(op));
  }
  std::stable_sort(changed.begin(), changed.end(),
                   [](const Json& a, const Json& b) { return std::llabs(change(a)) > std::llabs(change(b)); });
  return changed;
}

}  // namespace

Result<Json> read_compile_report(const std::string& path) {
  ATOLL_ASSIGN(const Bytes bytes, read_file(path));
  Json report = Json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
  if (report.is_object() && report.contains("ops") && report.contains("estimated_cycles")) return report;
  return make_error(ErrorCode::kInvalid, "{}: is no report of one model that 'atoll compile --report' wrote", path);
}

Result<Json> compare_compilations(const Json& before, const Json& now) {
  try {
    Json figures = Json::array();
    for (const auto& [name, place] : kFigures) {
      figures.push_back({{"name", name}, {"before", figure(before, place)}, {"now", figure(now, place)}});
    }
    ATOLL_ASSIGN(Json ops, compare_ops(before, now));
    return Json{{"machines", {before.at("machine").get<std::string>(), now.at("machine").get<std::string>()}},
                {"figures", figures},
                {"ops", std::move(ops)}};
  } catch (const Json::exception& error) {  // of a report that was edited or cut
    return make_error(ErrorCode::kInvalid, "is damaged: {}", error.what());
  }
}

std::string comparison_text(const std::string& path, const Json& comparison) {
  std::string text =
      fmt::format("compared with {} (machine '{}')\n", path, comparison.at("machines")[0].get<std::string>());
  Table figures("lrrr", {"", "before", "now", "change"});
  for (const Json& row : comparison.at("figures")) {
    const int64_t before = row.at("before").get<int64_t>(), now = row.at("now").get<int64_t>();
    figures.add({row.at("name").get<std::string>(), grouped(before), grouped(now), change_text(before, now)});
  }
  text += figures.text("  ");
  const Json& ops = comparison.at("ops");
  if (ops.empty()) return text + "no operator changed\n";
  text += fmt::format("{} of the operators that changed, by their cycles from first to last\n",
                      ops.size() <= kOpsShown ? "all" : fmt::format("{} of {}", kOpsShown, ops.size()));
  Table table("rrrl", {"before", "now", "change", "operator"});
  for (size_t i = 0; i < std::min(kOpsShown, ops.size()); ++i) {
    const Json& op = ops[i];
    table.add({place_text(op.at("before")), place_text(op.at("now")), fmt::format("{:+}", change(op)),
               shortened(op.at("name").get<std::string>())});
  }
  return text + table.text("  ");
}

}  // namespace atl::tools

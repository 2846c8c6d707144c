#include "quantizer/observe/range_table.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "common/kernels/tensor_arrays.h"
#include "quantizer/observe/inner_tensors.h"

namespace atl::quantizer {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFormat = "atoll-ranges";
constexpr int kVersion = 1;

class Fnv1a {
 public:
  void add(std::span<const uint8_t> bytes) {
    add(bytes.size());
    for (const uint8_t byte : bytes) mix(byte);
  }
  void add(std::string_view text) { add({reinterpret_cast<const uint8_t*>(text.data()), text.size()}); }
  void add(uint64_t number) {
    for (int i = 0; i < 8; ++i) mix(static_cast<uint8_t>(number >> (8 * i)));
  }
  uint64_t value() const { return hash_; }

 private:
  void mix(uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }
  uint64_t hash_ = 0xcbf29ce484222325u;
};

Result<Range> parse_range(const Json& json) {
  if (json.is_array() && json.size() == 2 && json[0].is_number() && json[1].is_number()) {
    const Range range{static_cast<float>(json[0].get<double>()), static_cast<float>(json[1].get<double>())};
    if (std::isfinite(range.min) && std::isfinite(range.max) && !range.empty()) return range;
  }
  return make_error(ErrorCode::kInvalid, "is {}; a range is [smallest, largest], both finite", json.dump());
}

Result<RangeTable> parse_table(const Json& json, const std::string& source) {
  if (!json.is_object() || json.value("format", Json()) != kFormat || json.value("version", Json()) != kVersion) {
    return make_error(ErrorCode::kInvalid, "is not a file of ranges (\"format\": \"{}\", \"version\": {})", kFormat,
                      kVersion);
  }
  const auto wrong = [](const char* key) {
    return make_error(ErrorCode::kInvalid, "\"{}\" is missing or not what --save-ranges writes", key);
  };
  RangeTable table;
  table.source = source;
  const Json model = json.value("model", Json());
  if (!model.is_object() || !model.value("fingerprint", Json()).is_string() ||
      !model.value("tensors", Json()).is_number_unsigned()) {
    return wrong("model");
  }
  const std::string print = model["fingerprint"];
  const auto [end, error] = std::from_chars(print.data(), print.data() + print.size(), table.fingerprint, 16);
  if (error != std::errc() || end != print.data() + print.size()) return wrong("fingerprint");
  table.tensors = model["tensors"];
  if (!json.value("samples", Json()).is_number_unsigned()) return wrong("samples");
  table.samples = json["samples"];
  if (!json.value("calibration", Json()).is_string()) return wrong("calibration");
  table.calibration = json["calibration"];
  const Json ranges = json.value("ranges", Json());
  if (!ranges.is_object()) return wrong("ranges");
  ErrorCollector errors;
  for (const auto& [name, value] : ranges.items()) {
    Result<Range> range = parse_range(value);
    if (range.ok()) {
      table.ranges[name] = *range;
    } else {
      errors.add(std::move(range).error().with_place("range of " + graph::quoted(name)));
    }
  }
  ATOLL_TRY(std::move(errors).status());
  return table;
}

}  // namespace

uint64_t fingerprint(const graph::Model& model) {
  Fnv1a hash;
  const graph::Subgraph& subgraph = model.main();
  for (const graph::Tensor& tensor : subgraph.tensors) {
    hash.add(std::string_view(tensor.name));
    hash.add(graph::dtype_name(tensor.type));
    hash.add(tensor.shape.size());
    for (const auto extent : tensor.shape) hash.add(static_cast<uint64_t>(extent));
    if (tensor.is_constant()) hash.add(std::span<const uint8_t>(*tensor.data));
  }
  for (const graph::Op& op : subgraph.ops) hash.add(std::string_view(graph::op_name(op)));
  return hash.value();
}

RangeTable make_range_table(const graph::Model& model, const std::vector<Range>& ranges, std::string_view calibration,
                            int64_t samples) {
  RangeTable table;
  table.fingerprint = fingerprint(model);
  table.tensors = model.main().tensors.size();
  table.calibration = calibration;
  table.samples = samples;
  for (size_t t = 0; t < ranges.size(); ++t) {
    if (!ranges[t].empty()) table.ranges[kernels::array_name(model.main(), t)] = ranges[t];
  }
  return table;
}

std::string format_ranges(const RangeTable& table) {
  Json ranges = Json::object();
  for (const auto& [name, range] : table.ranges) ranges[name] = {range.min, range.max};
  const Json json{{"format", kFormat},
                  {"version", kVersion},
                  {"model", {{"fingerprint", fmt::format("{:016x}", table.fingerprint)}, {"tensors", table.tensors}}},
                  {"calibration", table.calibration},
                  {"samples", table.samples},
                  {"ranges", ranges}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<RangeTable> parse_ranges(std::string_view text, const std::string& source) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return make_error(ErrorCode::kInvalid, "{}: is not JSON", source);
  Result<RangeTable> table = parse_table(json, source);
  if (!table.ok()) return std::move(table).error().with_place(source);
  return table;
}

Status merge_ranges(const RangeTable& table, const graph::Model& model, std::vector<Range>& ranges) {
  const graph::Subgraph& subgraph = model.main();
  if (table.tensors != subgraph.tensors.size() || table.fingerprint != fingerprint(model)) {
    return make_error(ErrorCode::kInvalid,
                      "{}: these ranges are of another model ({} tensors, fingerprint {:016x}; this one has {}, "
                      "{:016x}); learn them from this one with --data and --save-ranges",
                      table.source, table.tensors, table.fingerprint, subgraph.tensors.size(), fingerprint(model));
  }
  std::map<std::string, size_t> tensor_of;
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) tensor_of.emplace(kernels::array_name(subgraph, t), t);
  ErrorCollector errors;
  for (const auto& [name, range] : table.ranges) {
    const auto found = tensor_of.find(name);
    if (found == tensor_of.end()) {
      errors.add(make_error(ErrorCode::kInvalid, "{}: no tensor of the model is called {}", table.source,
                            graph::quoted(name)));
    } else {
      ranges[found->second].include(range);
    }
  }
  return std::move(errors).status();
}

Status check_complete(const graph::Model& model, const std::vector<Range>& ranges) {
  const graph::Subgraph& subgraph = model.main();
  std::vector<int32_t> needed = subgraph.inputs;
  std::vector<int32_t> inner;
  for (const graph::Op& op : subgraph.ops) {
    needed.insert(needed.end(), op.outputs.begin(), op.outputs.end());
    for (const int32_t tensor : inner_tensors_needed(op)) inner.push_back(tensor);
  }
  ErrorCollector errors;
  const auto check = [&](int32_t index) {
    if (index < 0 || !ranges[static_cast<size_t>(index)].empty()) return;
    errors.add(make_error(ErrorCode::kInvalid, "the loaded ranges have none for {}",
                          graph::tensor_label(subgraph, static_cast<size_t>(index))));
  };
  for (const int32_t index : needed) {
    if (index < 0) continue;
    const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(index)];
    const bool counts = tensor.type == graph::DType::kFloat32 && !tensor.is_constant();
    if (counts && graph::num_elements(tensor.shape) != 0) check(index);
  }
  for (const int32_t index : inner) check(index);  // some have no elements of their own
  return std::move(errors).status();
}

}  // namespace atl::quantizer

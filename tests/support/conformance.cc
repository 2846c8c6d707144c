#include "tests/support/conformance.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace atl::test {
namespace {

ConformanceCase make_case(const std::string& folder, const nlohmann::json& row) {
  ConformanceCase result;
  result.name = row.at("case").get<std::string>();
  result.op = row.at("op").get<std::string>();
  result.type = row.at("type").get<std::string>();
  result.integer = row.at("integer").get<bool>();
  result.vectors = row.at("vectors").get<int>();
  if (row.at("quarantine").is_string()) result.quarantine = row.at("quarantine").get<std::string>();
  result.model_path = folder + "/" + result.name + ".tflite";
  result.arrays_path = folder + "/" + result.name + ".npz";
  return result;
}

std::vector<arrays::Array> take_in_order(std::map<std::string, arrays::Array>& arrays, const std::string& prefix) {
  std::vector<arrays::Array> result;
  for (size_t k = 0;; ++k) {
    const auto found = arrays.find(fmt::format("{}_{}", prefix, k));
    if (found == arrays.end()) return result;
    result.push_back(std::move(found->second));
  }
}

}  // namespace

bool ConformanceCase::types_within(const std::vector<std::string>& allowed) const {
  size_t begin = 0;
  while (begin < type.size()) {
    size_t end = type.find_first_of("+-", begin);
    if (end == std::string::npos) end = type.size();
    const std::string part = type.substr(begin, end - begin);
    if (std::find(allowed.begin(), allowed.end(), part) == allowed.end()) return false;
    begin = type.find_first_not_of("+->", end);
    if (begin == std::string::npos) break;
  }
  return true;
}

Result<std::vector<ConformanceCase>> load_conformance_cases(const std::string& folder) {
  const std::string path = folder + "/manifest.json";
  ATOLL_ASSIGN(const Bytes bytes, read_file(path));
  try {
    std::vector<ConformanceCase> cases;
    for (const nlohmann::json& row : nlohmann::json::parse(bytes)) cases.push_back(make_case(folder, row));
    return cases;
  } catch (const nlohmann::json::exception& problem) {
    return make_error(ErrorCode::kInvalid, "{}: {}", path, problem.what());
  }
}

Result<std::vector<ConformanceVector>> load_conformance_vectors(const ConformanceCase& conformance_case) {
  ATOLL_ASSIGN(arrays::NamedArrays named, arrays::read_arrays(conformance_case.arrays_path));
  std::map<std::string, arrays::Array> by_name;
  for (auto& [name, array] : named) by_name.emplace(name, std::move(array));
  std::vector<ConformanceVector> vectors;
  for (int i = 0; i < conformance_case.vectors; ++i) {
    ConformanceVector vector{take_in_order(by_name, fmt::format("in_{}", i)),
                             take_in_order(by_name, fmt::format("out_{}", i))};
    if (vector.outputs.empty()) {
      return make_error(ErrorCode::kInvalid, "{}: vector {} has no outputs", conformance_case.arrays_path, i);
    }
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

}  // namespace atl::test

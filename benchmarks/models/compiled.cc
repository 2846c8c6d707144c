#include "benchmarks/models/compiled.h"

#include <map>

namespace atl::benchmarks {
namespace {

CompiledMobilenet make(const std::string& name, Precision precision) {
  auto machine = isa::load_machine(name);
  ATOLL_CHECK(machine.ok(), "{}", machine.error().text());
  auto compiled = compiler::compile(make_mobilenet_v2(precision), *machine, {});
  ATOLL_CHECK(compiled.ok(), "{}", compiled.error().text());
  ATOLL_CHECK(compiled->programs.size() == 1, "{} segments", compiled->programs.size());
  return {std::move(*machine), std::move(*compiled)};
}

}  // namespace

const CompiledMobilenet& compiled_mobilenet(const std::string& machine, Precision precision) {
  static std::map<std::pair<std::string, Precision>, CompiledMobilenet> made;
  const auto key = std::pair(machine, precision);
  const auto found = made.find(key);
  return found != made.end() ? found->second : made.emplace(key, make(machine, precision)).first->second;
}

}  // namespace atl::benchmarks

// JSON to Machine: flatbuffers' own JSON parser checks names and types against machine.fbs, machine.cc the figures.
#include "isa/machine_parser.h"

#include <flatbuffers/idl.h>

#include "isa/presets.h"
#include "machine_generated.h"

namespace atl::isa {
namespace {

constexpr size_t kMaxDescriptionBytes = 1 << 20;

// flatbuffers' messages start with its own place, "  1: 12: error: ..."; what the user needs is from the line number
// on.
std::string parser_message(const std::string& error) {
  std::string text = error;
  if (const size_t end = text.find_last_not_of("\n\r "); end != std::string::npos) text.resize(end + 1);
  const size_t start = text.find_first_not_of(' ');
  return "line " + text.substr(start == std::string::npos ? 0 : start);
}

// Copies a figure that the description states, or notes that it must.
template <typename Given, typename T>
void take(std::string_view name, bool required, const Given& given, T& value, ErrorCollector& errors) {
  if (given.has_value()) {
    value = *given;
  } else if (required) {
    errors.add(make_error(ErrorCode::kInvalid, "{} is missing", name));
  }
}

Status parse_into(std::string_view json, Machine& machine) {
  flatbuffers::IDLOptions options;
  options.strict_json = true;
  options.skip_unexpected_fields_in_json = false;
  flatbuffers::Parser parser(options);
  ATOLL_CHECK(parser.Parse(machine_schema()), "machine.fbs: {}", parser.error_);
  if (!parser.ParseJson(std::string(json).c_str())) {
    return make_error(ErrorCode::kInvalid, "{}", parser_message(parser.error_));
  }
  const auto* given = flatbuffers::GetRoot<fbs::Machine>(parser.builder_.GetBufferPointer());
  machine.name = given->name()->str();
  if (given->description() != nullptr) machine.description = given->description()->str();

  enum Need { Required, Optional };
  ErrorCollector errors;
#define ATOLL_MACHINE(name, type, part, need, minimum, maximum) \
  take(#name, need == Required, given->name(), machine.name, errors);
#include "isa/machine_fields.def"
#undef ATOLL_MACHINE
  return std::move(errors).status();
}

}  // namespace

Result<Machine> parse_machine(std::string_view json, const std::string& place) {
  Machine machine;
  Status status;
  if (json.size() > kMaxDescriptionBytes || json.find('\0') != std::string_view::npos) {
    status = make_error(ErrorCode::kInvalid, "not a machine description (JSON text of at most {} bytes)",
                        kMaxDescriptionBytes);
  } else {
    status = parse_into(json, machine);
  }
  if (status.ok()) status = check(machine);
  if (!status.ok()) return std::move(status).error().with_place(place);
  return machine;
}

}  // namespace atl::isa

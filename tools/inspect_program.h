// A program as `atoll inspect` shows it.
#pragma once

#include <span>
#include <string>

#include "common/base/file.h"
#include "common/base/result.h"
#include "isa/program.h"
#include "tools/console.h"

namespace atl::tools {

// Whether the bytes claim to be a program, by their file identifier.
bool looks_like_program(std::span<const uint8_t> bytes);

// Decodes and prints a program file: a summary in comments and the assembly. With `constants` the text can be assembled
// to the same program. Messages start with the path.
Status inspect_program(const std::string& path, std::span<const uint8_t> bytes, bool constants, bool json);

// The summary, every line behind "# ".
std::string program_summary(const isa::Program& program);
Json program_json(const isa::Program& program);

}  // namespace atl::tools

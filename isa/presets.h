// The machine descriptions and their schema as text inside the binary (presets.cc is made by CMake from
// presets/*.json).
#pragma once

#include <span>
#include <string_view>

namespace atl::isa {

struct Preset {
  std::string_view name;
  std::string_view json;
};
std::span<const Preset> presets();  // the default first
const char* machine_schema();       // machine.fbs

}  // namespace atl::isa

// The wire on which a unit gives tokens.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <systemc>

#include "isa/instruction.h"

namespace atl::simulator {

// Tokens that a unit has put into its semaphores since the start, by waiting unit.
struct TokenCounts {
  std::array<uint64_t, isa::kUnits> to{};
  bool operator==(const TokenCounts&) const = default;
};

// What SystemC wants of every type of signal.
inline std::ostream& operator<<(std::ostream& out, const TokenCounts& counts) {
  for (const uint64_t count : counts.to) out << count << ' ';
  return out;
}
inline void sc_trace(sc_core::sc_trace_file* file, const TokenCounts& counts, const std::string& name) {
  for (size_t i = 0; i < counts.to.size(); ++i) sc_core::sc_trace(file, counts.to[i], name + std::to_string(i));
}

}  // namespace atl::simulator

// How long the compiler searches for a program of fewer cycles.
#pragma once

namespace atl::compiler {

inline constexpr int kUsualEffort = 1, kMostEffort = 3;

}  // namespace atl::compiler

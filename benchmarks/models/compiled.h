// The model that the measurements of compiler, timing and simulator share, compiled.
#pragma once

#include <string>

#include "benchmarks/models/mobilenet_v2.h"
#include "compiler/compile.h"
#include "isa/machine.h"

namespace atl::benchmarks {

// MobileNet v2 at 224 x 224 on a preset, and the program of its one accelerator segment.
struct CompiledMobilenet {
  isa::Machine machine;
  compiler::CompiledModel compiled;

  const isa::Program& program() const { return compiled.programs.front(); }
};

// Compiled once a machine and precision, and kept.
const CompiledMobilenet& compiled_mobilenet(const std::string& machine, Precision precision = Precision::kInt8);

}  // namespace atl::benchmarks

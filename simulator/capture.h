// Copies of tensors that exist only for a while, taken during a run.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/base/file.h"
#include "isa/program.h"
#include "simulator/core/state.h"

namespace atl::simulator {

// Takes the program's materialized tensors (of tile 0), whatever the order in which the units execute. A tensor is
// whole once all of its writers have executed; but by then an instruction after them in the code may have overwritten
// parts that were ready earlier, so what such an instruction is about to write is saved first. Needs code without races
// (races.h).
class Capture {
 public:
  explicit Capture(const isa::Program& program);

  // Before the first instruction: tensors without writers are there already.
  void begin(const MachineState& state);
  // Around the execution of every main instruction.
  void before(uint32_t index, const MachineState& state);
  void after(uint32_t index, const MachineState& state);

  // The tensors, in the order of program.materialized. Once all main instructions have executed.
  std::vector<Bytes> take();

 private:
  struct Tensor {
    size_t writers_left = 0;
    uint32_t last_writer = 0;  // in the order of the code
    bool started = false;      // a writer has executed
    Bytes bytes;               // filled when it is whole, except for what was saved before
    std::vector<bool> saved;   // by byte; empty if nothing was
  };

  static std::span<const uint8_t> source(const isa::Materialized& tensor, const MachineState& state);
  void save(size_t index, uint64_t begin, uint64_t end, const MachineState& state);
  void finish(size_t index, const MachineState& state);

  const isa::Program& program_;
  std::vector<Tensor> tensors_;
  std::vector<std::vector<uint32_t>> written_by_;  // by main instruction: the tensors it writes
  std::vector<size_t> incomplete_;                 // tensors with some writers executed and some not
};

}  // namespace atl::simulator

// Task: one unit of work of a segment, with its operands as views of storages and its constants already packed.
//
// A task knows how to cut itself into tiles that fit a staging budget and how to emit the instructions of all its
// tiles. Operands whose home is SRAM are used in place; those that live off-chip pass tile by tile through staging
// buffers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/tasks/emitter.h"
#include "compiler/tasks/storage.h"
#include "isa/machine.h"

namespace atl::compiler {

// How finely tasks are cut where nothing else cuts them, so that the next task can begin while this one goes on. What
// is best depends on the whole program: several are tried.
struct Stripes {
  int64_t of_convolution = 16;  // stripes of a layer, if they are not too small:
  int64_t least_pixels = 2;     // output pixels of one, as a multiple of the rows of its weight tiles
  int64_t of_vector_task = 8;   // parts
};

// What a task is told of its surroundings when it plans and emits.
struct Surroundings {
  const isa::Machine* machine = nullptr;
  const std::vector<Home>* homes = nullptr;  // by storage
  bool constants_cached = false;             // the task's constants are in SRAM before the program starts
  uint64_t constants_address = 0;            // of their first byte, in SRAM if cached, else off-chip
  uint32_t staging_address = 0;              // SRAM the task may use for staging and temporaries ...
  int64_t staging_bytes = 0;                 // ... and how much
  Stripes stripes;

  const Home& home(int32_t storage) const { return (*homes)[storage]; }
};

// The least work of each resource, for the lower bounds of docs/architecture.md section "Lower bounds".
struct LeastWork {
  int64_t array_cycles = 0, vector_cycles = 0;
  // Besides: work that array and vector unit can share; cycles if one of them does it all.
  int64_t on_array_cycles = 0, on_vector_cycles = 0;
};

class Task {
 public:
  virtual ~Task() = default;

  int32_t debug_op = -1;  // the op it belongs to, index into the segment's list of ops
  std::vector<Operand> inputs;
  Operand output;

  // Weights, parameters and tables, as emit() in the same surroundings expects them; their number of bytes is the same
  // in all.
  virtual int64_t constant_bytes() const = 0;
  virtual std::vector<uint8_t> pack_constants(const Surroundings& surroundings) const = 0;
  // The least staging bytes with which emit() works in these surroundings (staging fields ignored).
  virtual int64_t least_staging_bytes(const Surroundings& surroundings) const = 0;
  // Off-chip bytes moved for constants by emit() when they are not cached.
  virtual int64_t constant_traffic_bytes(const Surroundings& surroundings) const = 0;
  // Appends all instructions of the task. Needs staging_bytes >= least_staging_bytes().
  virtual void emit(const Surroundings& surroundings, Emitter& emitter) const = 0;
  virtual LeastWork least_work(const isa::Machine& machine) const = 0;
};

}  // namespace atl::compiler

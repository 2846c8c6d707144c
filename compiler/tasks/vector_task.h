// Tasks of the vector unit: any computation whose output can be cut into boxes that need only boxes of the inputs.
#pragma once

#include "compiler/tasks/staging.h"
#include "compiler/tasks/task.h"

namespace atl::compiler {

class VectorTask : public Task {
 public:
  // What emit_tile() gets: one box of the output and where everything is.
  struct Tile {
    Box box;
    std::vector<Placed> inputs;
    Placed output;
    uint32_t constants = 0;    // SRAM address of the task's constants
    uint32_t temporaries = 0;  // SRAM address of temporary_bytes() bytes
    int32_t written_storage = -1;
    const isa::Machine* machine = nullptr;
  };

  Box region;                      // the part of the output that the task computes
  Dims grain;                      // the smallest box it can compute: extents that must not be cut are whole
  std::vector<uint8_t> constants;  // tables

  int64_t constant_bytes() const override { return static_cast<int64_t>(constants.size()); }
  std::vector<uint8_t> pack_constants(const Surroundings& /*surroundings*/) const override { return constants; }

  int64_t least_staging_bytes(const Surroundings& surroundings) const override;
  int64_t constant_traffic_bytes(const Surroundings& surroundings) const override;
  void emit(const Surroundings& surroundings, Emitter& emitter) const override;

 protected:
  // The box of input i that a box of the output needs.
  virtual Box input_box(size_t input, const Box& tile) const = 0;
  // The largest extents of such a box over all boxes of the output with extents `tile`.
  virtual Dims input_extent(size_t input, const Dims& tile) const = 0;
  virtual int64_t temporary_bytes(const Dims& /*tile*/) const { return 0; }
  virtual void emit_tile(const Tile& tile, Emitter& emitter) const = 0;

 private:
  int64_t moved_bytes(const Surroundings& surroundings, const Dims& tile) const;
  int64_t staged_bytes(const Surroundings& surroundings, const Dims& tile, int buffers) const;
  Dims choose_tile(const Surroundings& surroundings, int buffers) const;
};

}  // namespace atl::compiler

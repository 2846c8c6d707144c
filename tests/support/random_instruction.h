// Random instructions whose every field is legal on a machine, for a program's memories and lane programs.
#pragma once

#include <vector>

#include "isa/machine.h"
#include "isa/program.h"
#include "tests/support/random_program.h"

namespace atl::test {

class RandomInstruction {
 public:
  RandomInstruction(Draw& draw, const isa::Machine& machine, const isa::Program& program)
      : draw_(draw), machine_(machine), program_(program), offsets_(static_cast<size_t>(machine.tiles())) {}

  isa::Operation dma_load();
  isa::Operation dma_store();
  isa::Matmul matmul();
  // Weights for contraction tiles [first, first + count) of a matmul.
  isa::Operation load_weights(const isa::Matmul& matmul, int64_t first, int64_t count);
  isa::Operation requantize();
  isa::Operation depthwise();
  isa::Operation vector();
  // Offsets up to `reach` either way; DMAs made after this heed them.
  isa::Operation tile_window(int64_t reach);

  // Instructions that write just `bytes` bytes at `address`: a load, and a vector instruction.
  isa::Operation load_to(uint32_t address, uint32_t bytes);
  isa::Operation fill(uint32_t address, uint32_t bytes);

  static int64_t contraction_tiles(const isa::Matmul& matmul);

 private:
  struct Strided {
    uint64_t base = 0;
    int64_t stride1 = 0, stride2 = 0;
  };

  template <typename T>
  T pick(int64_t low, int64_t high) {
    return static_cast<T>(draw_.between(low, high));
  }
  template <typename Dma>
  Dma dma();
  // A base for accesses that reach from `low` to `high` bytes relative to it, inside `size` bytes; -1 if there is none.
  int64_t base_for(int64_t low, int64_t high, int64_t size);
  Strided strided(int64_t bytes, int64_t count1, int64_t count2, int64_t size, int64_t margin_low, int64_t margin_high);
  bool place_input(isa::Matmul& op);
  isa::Vector vector_shape();
  bool place_operands(isa::Vector& op);
  bool overlaps_itself(const isa::Vector& op) const;

  Draw& draw_;
  const isa::Machine& machine_;
  const isa::Program& program_;
  std::vector<int64_t> offsets_;  // of the tiles' windows
};

}  // namespace atl::test
